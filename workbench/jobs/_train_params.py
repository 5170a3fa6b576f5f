"""The parameters that every kind of training shares; a kind adds its own, and names its data."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from workbench.jobs._params import JobParams, MethodName, ModelName, Table, TaskName
from workbench.training.machine_choice import BATCH

LOOKED_AT = "rows to look at and not learn (empty, to stop early: the data's own for evaluation only)"
EFFECTIVE_BATCH = 4  # rows to an update, unless said otherwise
_BATCH = (BATCH, "gradient_accumulation_steps")
MACHINE = ("device", "dtype", "threads")


class TrainParams(JobParams):
    """One run. The names of the numbers are TRL's and peft's own; an empty one is the preset of the method."""

    least_rows: ClassVar[int] = 1  # of a batch, for its loss to mean what it says

    model: ModelName = Field("smollm2", description="the model to train")
    data: str = Field(description="what to learn from")
    limit: int | None = Field(None, ge=1, description="the first rows only (empty: all)")
    name: str | None = Field(None, pattern=r"^\w[\w.-]*$", description="name of the new model (empty: MODEL-KIND-N)")
    method: MethodName = Field("lora", description="which weights move; also any peft type by its name")
    learning_rate: float | None = Field(None, gt=0, description="peak learning rate (empty: the method's)")
    num_train_epochs: float | None = Field(None, gt=0, description="passes over the rows (empty: the preset's)")
    per_device_train_batch_size: int | None = Field(None, ge=1, description="rows in memory at once (empty: as fits)")
    gradient_accumulation_steps: int | None = Field(None, ge=1, description="batches to an update (empty: 4 rows)")
    max_length: int = Field(1024, ge=8, description="longest prompt with answer, in tokens")
    r: int | None = Field(None, ge=1, description="rank of LoRA's update (empty: the method's)")
    lora_alpha: int | None = Field(None, ge=1, description="LoRA's scale is lora_alpha / r (empty: the method's)")
    layers: str | None = Field(None, description="freeze: those that stay; layerwise-lora: those that learn")
    early_stopping: int | None = Field(
        None, ge=1, description="stop after so many looks without a lower loss on rows that are not learned"
    )
    eval_data: str | None = Field(None, description=LOOKED_AT)
    eval_share: float = Field(
        0.0, ge=0, lt=1, description="instead, a share of the data (0: a tenth, if early_stopping has no other rows)"
    )
    eval_steps: int = Field(10, ge=1, description="optimizer steps from one look to the next")
    old_task: TaskName = Field("multiple_choice", description="task for what was forgotten, after it (none: leave it)")
    old_items: int = Field(100, ge=1, description="items of the old task")
    device: Literal["cpu", "cuda"] | None = Field(None, description="what computes (empty: a GPU where one is)")
    dtype: Literal["float32", "bfloat16"] | None = Field(
        None, description="what is computed in; weights stay in float32 (empty: as the device calls for)"
    )
    threads: int | None = Field(None, ge=1, description="threads of torch (empty: the fastest on the cores free now)")
    launcher: Literal["none", "accelerate"] = Field("none", description="accelerate: in several processes, as it says")
    accelerate_config: str | None = Field(None, description="accelerate's configuration file (empty: your default one)")
    seed: int = Field(42, ge=0, description="order of the rows and the adapter's first values")
    peft: Table | None = Field(None, description="further fields of the method, under peft's names")
    trainer: Table | None = Field(None, description="further fields of TRL's trainer, under its names")

    def numbers(self) -> dict[str, Any]:
        """What the settings of a run take of them."""
        values = self.model_dump(exclude=_NOT_SETTINGS)
        ranks = {name: value for name in ("r", "lora_alpha") if (value := getattr(self, name)) is not None}
        return {**values, **self._batch(), "peft": {**(self.peft or {}), **ranks}, "trainer": self.trainer or {}}

    @property
    def given(self) -> frozenset[str]:
        """Which of the settings for the machine a person made."""
        return frozenset(name for name in (*MACHINE, BATCH) if getattr(self, name) is not None)

    def _batch(self) -> dict[str, int]:
        """What was given; of the two numbers the other one keeps EFFECTIVE_BATCH rows to an update."""
        rows, accumulated = self.per_device_train_batch_size, self.gradient_accumulation_steps
        if rows is None and accumulated is None:
            return {}
        rows = rows or max(self.least_rows, EFFECTIVE_BATCH // (accumulated or 1))
        return dict(zip(_BATCH, (rows, accumulated or max(1, EFFECTIVE_BATCH // rows)), strict=True))


_NOT_SETTINGS = {
    "model", "data", "eval_data", "name", "limit", "r", "lora_alpha", "old_task", "old_items", "launcher",
    "accelerate_config", *_BATCH, *MACHINE,
}  # fmt: skip
