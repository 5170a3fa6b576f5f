"""What made a model, step by step back to the one that came from outside: jobs, data, and the judgments behind them.

A data set points to judgments through the export that wrote it; a mixture through the sets it was mixed from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from workbench.records import Model
from workbench.store import data, exports, models
from workbench.store.connection import Store


@dataclass(frozen=True, slots=True)
class Ratings:
    """The judgments that an export was made from: all of `kinds` of rater on `rubric` up to `last_judgment`."""

    export: int
    kind: str
    rubric: str
    raters: tuple[str, ...]
    last_judgment: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Step:
    """One model. All but name and kind are None, or empty, where nothing was trained.

    `parent_weights` is the hash of the parent's weights as they were when the job began; `versions` are those of the
    libraries; `sources` maps the sets of a mixture to their fingerprints.
    """

    model: str
    kind: str
    weights_hash: str | None
    job: int | None
    parent: str | None
    parent_weights: str | None = None
    spec_hash: str | None = None
    method: str | None = None
    seed: int | None = None
    data: str | None = None
    fingerprint: str | None = None
    rows: int | None = None
    sources: dict[str, str] = field(default_factory=dict)
    ratings: tuple[Ratings, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)


def lineage(store: Store, model: Model) -> list[Step]:
    """The model first, the one that came from outside last."""
    steps = []
    one: Model | None = model
    while one is not None:
        parent = models.by_id(store, one.parent_id) if one.parent_id is not None else None
        steps.append(_step(store, one, parent))
        one = parent
    return steps


def _step(store: Store, model: Model, parent: Model | None) -> Step:
    told = model.details
    if "data" not in told:
        return Step(
            model.name, model.kind, model.weights_hash, model.job_id, parent.name if parent else None,
        )  # fmt: skip
    fingerprint = told["data"]["fingerprint"]
    sources = _sources(store, fingerprint)
    return Step(
        model.name, model.kind, model.weights_hash, model.job_id, parent.name if parent else None,
        told["parent_weights"], told["spec_hash"], told["params"]["method"], told["seed"], told["data"]["name"],
        fingerprint, told["data"]["rows"], sources, tuple(_ratings(store, {fingerprint, *sources.values()})),
        told["versions"],
    )  # fmt: skip


def _sources(store: Store, fingerprint: str) -> dict[str, str]:
    """The sets of a mixture, those of the mixtures among them too."""
    found: dict[str, str] = {}
    for one in data.all_sets(store):
        if one.fingerprint == fingerprint and "from" in one.card:
            parts: dict[str, str] = json.loads(one.card["from"])
            for part in parts.values():
                found |= _sources(store, part)
            found |= parts
    return found


def _ratings(store: Store, fingerprints: set[str]) -> Iterator[Ratings]:
    """Of each export whose rows are among these, the oldest where the same rows were written twice."""
    known: dict[str, exports.Export] = {}
    for export in exports.all_exports(store):
        if export.sha256 in fingerprints and export.of_judgments:
            known[export.sha256] = export
    for one in sorted(known.values(), key=lambda one: one.id):
        policy: dict[str, Any] = one.policy
        yield Ratings(
            one.id, one.kind, policy["rubric"], tuple(policy["raters"]), one.last_judgment, one.rows, one.sha256
        )
