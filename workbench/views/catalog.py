"""Data & models: what the workspace holds, and what a form may choose from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from workbench import rubrics as rubric_files
from workbench.records import DataSet, Model
from workbench.store import Store, batches, data, exports, models
from workbench.store.exports import Export
from workbench.workspace import bundled

_LAYOUTS = {
    "prompts": ("prompts", "alpaca", "messages", "completions", "text", "labelled", "choices"),
    "pairs": ("preferences",),
    "instructions": ("alpaca", "messages", "completions", "labelled", "choices", "text"),
    "labels": ("unpaired",),
}


@dataclass(frozen=True, slots=True)
class Catalog:
    models: tuple[Model, ...]
    data: tuple[DataSet, ...]
    exports: tuple[Export, ...]


def catalog(store: Store) -> Catalog:
    """Models in the order they came; data sets and exports newest first."""
    return Catalog(tuple(models.all_models(store)), tuple(data.all_sets(store)), tuple(exports.all_exports(store)))


def made_by(store: Store, model: Model) -> list[tuple[str, dict[str, str]]]:
    """(heading, facts) of each step of a model's lineage, its own first."""
    from workbench.models.card import facts, heading
    from workbench.store.lineage import lineage

    return [(heading(step), facts(step)) for step in lineage(store, model)]


def rounds_to_talk_to(store: Store, name: str) -> list[str]:
    """The models on this machine, those that share an origin with `name` first; within both, newest first."""
    known = [one for one in reversed(models.all_models(store)) if one.path is not None]
    parents = {one.id: one for one in known}

    def origin(model: Model) -> int:
        while model.parent_id in parents:
            model = parents[model.parent_id]
        return model.id

    of = next((origin(one) for one in known if one.name == name), None)
    return [one.name for one in sorted(known, key=lambda one: origin(one) != of)]


def choices(store: Store, of: str) -> list[str]:
    """The values a form offers for a field marked Choice(of), the likeliest first."""
    if of == "model":
        from workbench.models.catalog import EMBEDDED

        stored = [one.name for one in models.all_models(store) if one.kind != "imported"]
        return [*reversed(stored), *(name for name in EMBEDDED if name not in stored)]
    if of == "embedded":
        from workbench.models.catalog import EMBEDDED

        return list(EMBEDDED)
    if of == "data":
        stored = [one.name for one in data.all_sets(store)]
        return stored + [name for use in _LAYOUTS for name in bundled_sets(use) if name not in stored]
    if of in _LAYOUTS:
        stored = [one.name for one in data.all_sets(store) if one.layout in _LAYOUTS[of]]
        return stored + [name for name in bundled_sets(of) if name not in stored]
    if of == "task":
        from workbench.tasks import index

        return [*index.bundled(), "sst2"]
    if of == "method":
        from workbench.training.methods import METHODS

        return list(METHODS)
    if of == "rubric":
        return rubric_files.names(store.workspace)
    if of == "batch":
        return [str(batch.id) for batch in batches.all_batches(store)]
    raise ValueError(f"no choices of {of}")


def bundled_sets(use: str) -> list[str]:
    """Names of the data sets that come with the program for a use, as their cards state it."""
    cards = sorted(bundled("datasets").glob("*.card.toml"))
    return [card.name.removesuffix(".card.toml") for card in cards if tomllib.loads(card.read_text()).get("use") == use]
