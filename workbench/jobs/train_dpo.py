"""train-dpo: one DPO round with LoRA through TRL, then merge and enter the new model with its lineage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.jobs import _inputs, _trained
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, ModelName, PairsName
from workbench.records import Lane
from workbench.store import Store
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
    _inputs.check_model(store, params.model, "weights")
    _inputs.check_data(store, params.data, ("preferences",))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.training import dpo
    from workbench.training.pair_rows import pair_rows
    from workbench.training.settings import DPOSettings

    context.release()
    base = _inputs.model(context, params.model)
    pairs = _trained.data_set(context, params.data)
    name = _trained.name(context, params.name, base, "dpo")
    numbers = params.model_dump(exclude={"model", "data", "name"})
    run = dpo.run(
        DPOSettings(**numbers, threads=_inputs.settings(context, base, exact=True).threads),
        Path(base.path or ""),
        pair_rows(_trained.rows(pairs)),
        context.workspace.job_folder(context.job_id),
        context,
        merged=context.workspace.models / name,
    )
    outcome = _trained.plain(run)
    model = _trained.register(context, params, base, pairs, outcome, {"pairs": run.preflight.kept})
    return {"model": model.name, **outcome}
