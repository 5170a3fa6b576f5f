"""What the card of an exported model says, from its row, its lineage and the runs on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.bias.probes import PREFIX
from workbench.models import adapter_folder
from workbench.models.card import Measured, ModelCard
from workbench.models.catalog import EMBEDDED
from workbench.records import Model
from workbench.spec import canonical_json
from workbench.store import Store, contamination, lineage, models, runs
from workbench.store.lineage import Step
from workbench.tasks.kept_metrics import class_of


def model_card(store: Store, model: Model, adapter: Path | None) -> ModelCard:
    """`adapter`: the folder of what goes out alone, None for a whole model."""
    steps = lineage.lineage(store, model)
    parent = models.by_id(store, model.parent_id) if model.parent_id is not None else None
    config = adapter_folder.config(adapter) if adapter is not None else {}
    return ModelCard(
        name=model.name,
        weights_hash=model.weights_hash or "",
        base=str(config["base_model_name_or_path"]) if config else None,
        rank=config.get("r"),
        hub_base=parent.reference if parent and parent.kind == "hub" else None,
        licence=_licence(store, steps[-1]),
        steps=steps,
        measured=list(_measured(store, model)),
        settings={name: _words(value) for name, value in model.details.get("settings", {}).items()},
    )


def _licence(store: Store, origin: Step) -> str | None:
    """Of the embedded model that all of it came from."""
    known = EMBEDDED.get(models.by_name(store, origin.model).reference)
    return known.licence if known else None


def _measured(store: Store, model: Model) -> Iterator[Measured]:
    """Every metric of the newest finished run of each task on the clean items, but for those of single classes.

    Those without a number are left out.
    """
    names = runs.task_names(store)
    seen: set[int] = set()
    for run in runs.all_runs(store):
        if run.model_id != model.id or run.variant or not run.finished_at or run.task_id in seen:
            continue
        if names[run.task_id].startswith(PREFIX):  # the texts of a bias probe: no benchmark
            continue
        seen.add(run.task_id)
        for metric, kept in run.metrics.items():
            if kept["value"] is not None and class_of(metric) is None:
                yield Measured(
                    names[run.task_id], metric, kept["value"], kept["low"], kept["high"], kept["n"],
                    contamination.items(store, run),
                )  # fmt: skip


def _words(value: Any) -> str:
    return canonical_json(value) if isinstance(value, Mapping | list | tuple) else str(value)
