"""The model that a training leaves: its name, fixed at the first start, and its row with what made it."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from workbench.data import splits
from workbench.errors import DataError
from workbench.jobs import _checking, _forgetting
from workbench.jobs._context import JobContext
from workbench.jobs._train_params import TrainParams
from workbench.records import DataSet, Model
from workbench.store import exports, jobs, models


def name(context: JobContext, wanted: str | None, base: Model, method: str) -> str:
    """The new model's name, fixed at the first start: smollm2 -> smollm2-dpo-1 -> smollm2-dpo-2."""
    if "name" not in context.plan:
        taken = set(models.names(context.store))
        chosen = wanted or free_name(taken, base.name, method)
        if chosen in taken:
            raise DataError(f"There is a model {chosen!r} already.", "Choose another name.")
        context.keep_plan({**context.plan, "name": chosen})
    return str(context.plan["name"])


def free_name(taken: Container[str], base: str, method: str) -> str:
    """smollm2-dpo-2 where smollm2-dpo-1 is taken, for a round on either of smollm2 and smollm2-dpo-1."""
    stem = re.sub(rf"-{method}-\d+$", "", base).replace("/", "--")  # a hub id; the name is a folder's too
    stem = re.sub(r"[^\w.-]+", "-", stem).lstrip(".-")  # of a folder that is called by other signs
    return next(f"{stem}-{method}-{n}" for n in range(1, 10_000) if f"{stem}-{method}-{n}" not in taken)


def register(
    context: JobContext,
    params: TrainParams,
    base: Model,
    trained_on: DataSet,
    outcome: Mapping[str, Any],
    counts: Mapping[str, Any],
) -> Model:
    """The model's row, with what made it: job, spec, data, rating events, parent, versions, seed; and the counts."""
    from workbench.models.weights import weights_hash

    folder = Path(outcome["saved"])
    made_from = next((one for one in exports.all_exports(context.store) if one.dataset_id == trained_on.id), None)
    details = {
        "spec_hash": jobs.by_id(context.store, context.job_id).spec_hash,
        "params": params.model_dump(),
        "settings": outcome["settings"],
        "data": {
            "name": trained_on.name,
            "fingerprint": trained_on.fingerprint,
            "rows": trained_on.rows,
            "which": _checking.identity(trained_on.fingerprint, splits.of(trained_on.card), params.limit),
        },
        **counts,
        "export": made_from.id if made_from else None,
        "last_judgment": made_from.last_judgment if made_from else None,
        "parent_weights": base.weights_hash,
        "form": outcome["form"],
        "versions": outcome["versions"],
        "seed": params.seed,
    }
    made = models.add(
        context.store, context.plan["name"], str(folder), "trained", str(folder), weights_hash(folder), base.id,
        context.job_id, details,
    )  # fmt: skip
    old = _forgetting.queue(context, params.old_task, params.old_items, base, made)
    return models.add(
        context.store, made.name, str(folder), "trained", str(folder), made.weights_hash, base.id, context.job_id,
        {**details, "old_task": old},
    )  # fmt: skip
