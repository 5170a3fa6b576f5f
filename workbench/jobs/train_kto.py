"""train-kto: one KTO round through TRL, from answers that are good or bad; the new model enters the catalog."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from workbench.jobs import _inputs, _trained
from workbench.jobs._context import JobContext
from workbench.jobs._params import LabelsName
from workbench.records import Lane
from workbench.store import Store
from workbench.training.settings import KTOSettings

LANE: Lane = "heavy"


class Params(_trained.TrainParams):
    """One KTO run; the model is also the reference."""

    data: LabelsName = Field(description="answers labelled good or bad")
    per_device_train_batch_size: int = Field(4, ge=2, description="rows in memory at once; neighbours make the KL term")
    gradient_accumulation_steps: int = Field(1, ge=1, description="batches summed before an update")
    beta: float | None = Field(None, gt=0, description="pull towards the reference (empty: the method's)")
    loss_type: Literal["kto", "apo_zero_unpaired"] = Field("kto", description="apo_zero_unpaired has no KL term")
    desirable_weight: float | None = Field(None, gt=0, description="weight of good answers (empty: from the counts)")
    undesirable_weight: float | None = Field(None, gt=0, description="weight of bad answers (empty: from the counts)")


def title(params: Params) -> str:
    return _trained.title("train-kto", params)


def settings(params: Params, threads: int = 1) -> KTOSettings:
    """What the run is told; UsageError or TrainingRefused for what cannot work."""
    return KTOSettings(**params.numbers(), threads=threads)


def check(store: Store, params: Params) -> None:
    _trained.check(store, params, settings(params), ("unpaired",))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.training.label_rows import label_rows

    context.release()
    base, path = _trained.base(context, params)
    labels = _trained.data_set(context, params.data)
    _trained.name(context, params.name, base, "kto")
    table = _trained.rows(labels)
    checks = _trained.checks(context, params, labels, table, base)
    chosen = settings(params, _inputs.settings(context, base, exact=True).threads)
    outcome = _trained.run(context, params, "kto", chosen, path, label_rows(table))
    model = _trained.register(context, params, base, labels, outcome, {"labels": outcome["preflight"]["kept"]})
    return {"model": model.name, **outcome, "checks": checks, "old_task": model.details["old_task"]}
