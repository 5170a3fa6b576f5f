"""train-sft: supervised fine-tuning with LoRA through TRL, then merge and enter the new model with its lineage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.data import formats
from workbench.jobs import _inputs, _trained
from workbench.jobs._context import JobContext
from workbench.jobs._params import InstructionsName, JobParams, ModelName
from workbench.records import Lane
from workbench.store import Store
from workbench.training.presets import LORA, SFT_ADAPTER

LANE: Lane = "heavy"


class Params(JobParams):
    """One run. The names of the numbers are TRL's and peft's own."""

    model: ModelName = Field("smollm2", description="the model to train")
    data: InstructionsName = Field(description="instructions with their answers")
    name: str | None = Field(None, pattern=r"^\w[\w.-]*$", description="name of the new model (empty: MODEL-sft-N)")
    limit: int | None = Field(None, ge=1, description="the first rows only (empty: all)")
    learning_rate: float = Field(SFT_ADAPTER.learning_rate, gt=0, description="peak learning rate")
    num_train_epochs: float = Field(SFT_ADAPTER.num_train_epochs, gt=0, description="passes over the rows")
    per_device_train_batch_size: int = Field(1, ge=1, description="rows in memory at once")
    gradient_accumulation_steps: int = Field(4, ge=1, description="batches summed before an update")
    max_length: int = Field(1024, ge=8, description="longest prompt with answer, in tokens")
    r: int = Field(LORA.r, ge=1, description="rank of the LoRA update")
    lora_alpha: int = Field(LORA.lora_alpha, ge=1, description="its scale is lora_alpha / r")
    seed: int = Field(42, ge=0, description="order of the rows and the adapter's first values")


def title(params: Params) -> str:
    return f"train-sft {params.model} · {Path(params.data).name}"


def check(store: Store, params: Params) -> None:
    _inputs.check_model(store, params.model, "weights")
    _inputs.check_data(store, params.data, formats.ANSWERED)


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.training import sft
    from workbench.training.completion_rows import completion_rows
    from workbench.training.settings import SFTSettings

    context.release()
    base = _inputs.model(context, params.model)
    rows = _trained.data_set(context, params.data)
    name = _trained.name(context, params.name, base, "sft")
    numbers = params.model_dump(exclude={"model", "data", "name", "limit"})
    run = sft.run(
        SFTSettings(**numbers, threads=_inputs.settings(context, base, exact=True).threads),
        Path(base.path or ""),
        completion_rows(_trained.rows(rows), params.limit),
        context.workspace.job_folder(context.job_id),
        context,
        merged=context.workspace.models / name,
    )
    outcome = _trained.plain(run)
    model = _trained.register(context, params, base, rows, outcome, {"examples": run.preflight.kept})
    return {"model": model.name, **outcome}
