"""train-dpo: one DPO round with LoRA through TRL, then merge and enter the new model with its lineage."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.data import formats
from workbench.errors import DataError
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, ModelName, PairsName
from workbench.models.machine import Settings
from workbench.records import DataSet, Lane, Model
from workbench.spec import content_hash
from workbench.store import Store, exports, models
from workbench.training.presets import DPO_ADAPTER, LORA

LANE: Lane = "heavy"


class Params(JobParams):
    """One run. The names of the numbers are TRL's and peft's own."""

    model: ModelName = Field("smollm2", description="the model to train; it is also the reference")
    data: PairsName = Field(description="preference pairs")
    name: str | None = Field(None, pattern=r"^\w[\w.-]*$", description="name of the new model (empty: MODEL-dpo-N)")
    beta: float = Field(DPO_ADAPTER.beta, gt=0, description="pull towards the reference")
    learning_rate: float = Field(DPO_ADAPTER.learning_rate, gt=0, description="peak learning rate")
    num_train_epochs: float = Field(DPO_ADAPTER.num_train_epochs, gt=0, description="passes over the pairs")
    per_device_train_batch_size: int = Field(1, ge=1, description="pairs in memory at once")
    gradient_accumulation_steps: int = Field(4, ge=1, description="batches summed before an update")
    max_length: int = Field(1024, ge=8, description="longest prompt with answer, in tokens")
    r: int = Field(LORA.r, ge=1, description="rank of the LoRA update")
    lora_alpha: int = Field(LORA.lora_alpha, ge=1, description="its scale is lora_alpha / r")
    seed: int = Field(42, ge=0, description="order of the pairs and the adapter's first values")


def title(params: Params) -> str:
    return f"train-dpo {params.model} · {Path(params.data).name}"


def check(store: Store, params: Params) -> None:
    _inputs.check_model(store, params.model)
    _inputs.check_data(store, params.data, ("preferences",))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    context.release()
    base = _inputs.model(context, params.model)
    pairs = _pairs(context, params)
    name = _name(context, params, base)
    table = formats.read(Path(pairs.path))
    settings = _inputs.settings(context, exact=True)
    outcome = _train(context, params, settings, Path(base.path or ""), table, name)
    model = _register(context, params, base, pairs, name, Path(outcome["merged"]), outcome)
    return {"model": model.name, **outcome}


def _pairs(context: JobContext, params: Params) -> DataSet:
    """The preference pairs; a resumed job takes the very file it began with, whatever its name means by now."""
    if "data" not in context.plan:
        found = _inputs.data_set(context.store, context.workspace, params.data)
        context.keep_plan({**context.plan, "data": asdict(found)})
    return DataSet(**context.plan["data"])


def _name(context: JobContext, params: Params, base: Model) -> str:
    """The new model's name, fixed at the first start: smollm2 -> smollm2-dpo-1 -> smollm2-dpo-2."""
    if "name" not in context.plan:
        stem = re.sub(r"-dpo-\d+$", "", base.name).replace("/", "--")  # a hub id; the name is a folder's too
        taken = set(models.names(context.store))
        free = next(f"{stem}-dpo-{round_}" for round_ in range(1, 10_000) if f"{stem}-dpo-{round_}" not in taken)
        name = params.name or free
        if name in taken:
            raise DataError(f"There is a model {name!r} already.", "Choose another name.")
        context.keep_plan({**context.plan, "name": name})
    return str(context.plan["name"])


def _train(
    context: JobContext, params: Params, settings: Settings, base: Path, table: formats.Table, name: str
) -> dict[str, Any]:
    """Everything heavy, in one place; the outcome as plain values."""
    from workbench.training import dpo
    from workbench.training.pair_rows import pair_rows
    from workbench.training.settings import DPOSettings

    numbers = params.model_dump(exclude={"model", "data", "name"})
    run = dpo.run(
        DPOSettings(**numbers, threads=settings.threads),
        base,
        pair_rows(table),
        context.workspace.job_folder(context.job_id),
        context,
        merged=context.workspace.models / name,
    )
    outcome = asdict(run)
    return {key: str(value) if isinstance(value, Path) else value for key, value in outcome.items()}


def _register(
    context: JobContext, params: Params, base: Model, pairs: DataSet, name: str, merged: Path, outcome: dict[str, Any]
) -> Model:
    """The model's row, with what made it: job, spec, data, rating events, parent, versions, seed."""
    from workbench.models.weights import weights_hash

    made_from = next((one for one in exports.all_exports(context.store) if one.dataset_id == pairs.id), None)
    details = {
        "spec_hash": content_hash(params.model_dump_json()),
        "params": params.model_dump(),
        "data": {"name": pairs.name, "fingerprint": pairs.fingerprint, "rows": pairs.rows},
        "pairs": outcome["preflight"]["kept"],
        "export": made_from.id if made_from else None,
        "last_judgment": made_from.last_judgment if made_from else None,
        "parent_weights": base.weights_hash,
        "versions": outcome["versions"],
        "seed": params.seed,
    }
    return models.add(
        context.store, name, str(merged), "trained", str(merged), weights_hash(merged), base.id, context.job_id, details
    )
