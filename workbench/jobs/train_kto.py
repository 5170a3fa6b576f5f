"""train-kto: one KTO round through TRL, from answers that are good or bad; the new model enters the catalog."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from workbench.jobs import _train_check, _training
from workbench.jobs._context import JobContext
from workbench.jobs._params import LabelsName
from workbench.jobs._train_params import LOOKED_AT, TrainParams
from workbench.jobs._trainer import Trainer, Trainers
from workbench.records import Lane
from workbench.store import Store
from workbench.training import kto_preflight
from workbench.training.label_rows import label_rows
from workbench.training.settings import KTOSettings

LANE: Lane = "heavy"
_LABELS = Trainer("kto", "labels", label_rows, kto_preflight.look, kto_preflight.refuse, unseen="rewards")


class Params(TrainParams):
    """One KTO run; the model is also the reference."""

    least_rows: ClassVar[int] = 2

    data: LabelsName = Field(description="answers labelled good or bad")
    eval_data: LabelsName | None = Field(None, description=LOOKED_AT)
    per_device_train_batch_size: int | None = Field(
        None, ge=2, description="rows in memory at once; neighbours make the KL term (empty: 4)"
    )
    beta: float | None = Field(None, gt=0, description="pull towards the reference (empty: the method's)")
    loss_type: Literal["kto", "apo_zero_unpaired"] = Field("kto", description="apo_zero_unpaired has no KL term")
    desirable_weight: float | None = Field(None, gt=0, description="weight of good answers (empty: from the counts)")
    undesirable_weight: float | None = Field(None, gt=0, description="weight of bad answers (empty: from the counts)")


def title(params: Params) -> str:
    return _training.title("train-kto", params)


def settings(params: Params) -> KTOSettings:
    """What the run is told; UsageError or TrainingRefused for what cannot work."""
    return KTOSettings(**params.numbers())


def trainers(_: Params) -> Trainers:
    return {"unpaired": _LABELS}


def check(store: Store, params: Params) -> None:
    _train_check.check(store, params, settings(params), trainers(params))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    return _training.execute(context, "kto", params, settings(params), trainers(params))
