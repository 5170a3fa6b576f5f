"""What every kind of training does around its run: fix data and name at the first start, enter the model at the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.data import formats, splits
from workbench.data.formats import Table
from workbench.errors import DataError
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams
from workbench.records import DataSet, Model
from workbench.spec import content_hash
from workbench.store import exports, models


def data_set(context: JobContext, reference: str) -> DataSet:
    """What is trained on; a resumed job takes the very file it began with, whatever its name means by now."""
    if "data" not in context.plan:
        found = _inputs.data_set(context.store, context.workspace, reference)
        context.keep_plan({**context.plan, "data": asdict(found)})
    return DataSet(**context.plan["data"])


def rows(data: DataSet) -> Table:
    """The rows to train on: those for evaluation only are left out. DataError if none is left."""
    left = splits.training(formats.read(Path(data.path)), splits.of(data.card))
    if not left.rows:
        raise DataError(f"Every row of {data.name} is for evaluation only.", "Import it with a smaller --eval-share.")
    return left


def name(context: JobContext, wanted: str | None, base: Model, method: str) -> str:
    """The new model's name, fixed at the first start: smollm2 -> smollm2-dpo-1 -> smollm2-dpo-2."""
    if "name" not in context.plan:
        stem = re.sub(rf"-{method}-\d+$", "", base.name).replace("/", "--")  # a hub id; the name is a folder's too
        taken = set(models.names(context.store))
        free = next(f"{stem}-{method}-{n}" for n in range(1, 10_000) if f"{stem}-{method}-{n}" not in taken)
        chosen = wanted or free
        if chosen in taken:
            raise DataError(f"There is a model {chosen!r} already.", "Choose another name.")
        context.keep_plan({**context.plan, "name": chosen})
    return str(context.plan["name"])


def plain(outcome: Any) -> dict[str, Any]:
    """The outcome of a run as a job's result."""
    return {key: str(value) if isinstance(value, Path) else value for key, value in asdict(outcome).items()}


def register(
    context: JobContext,
    params: JobParams,
    base: Model,
    data: DataSet,
    outcome: Mapping[str, Any],
    counts: Mapping[str, Any],
) -> Model:
    """The model's row, with what made it: job, spec, data, rating events, parent, versions, seed; and the counts."""
    from workbench.models.weights import weights_hash

    merged = Path(outcome["merged"])
    made_from = next((one for one in exports.all_exports(context.store) if one.dataset_id == data.id), None)
    values = params.model_dump()
    details = {
        "spec_hash": content_hash(params.model_dump_json()),
        "params": values,
        "data": {"name": data.name, "fingerprint": data.fingerprint, "rows": data.rows},
        **counts,
        "export": made_from.id if made_from else None,
        "last_judgment": made_from.last_judgment if made_from else None,
        "parent_weights": base.weights_hash,
        "versions": outcome["versions"],
        "seed": values["seed"],
    }
    return models.add(
        context.store, context.plan["name"], str(merged), "trained", str(merged), weights_hash(merged), base.id,
        context.job_id, details,
    )  # fmt: skip
