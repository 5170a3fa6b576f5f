"""train-kto: one KTO round through TRL, from answers that are good or bad; the new model enters the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from workbench.data import formats
from workbench.jobs import _trained
from workbench.jobs._context import JobContext
from workbench.jobs._params import LabelsName
from workbench.records import Lane
from workbench.store import Store
from workbench.training.settings import KTOSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from workbench.training.estimate import Estimate
    from workbench.training.kto_preflight import KTOReport
    from workbench.training.preflight import Look

LANE: Lane = "heavy"


class Params(_trained.TrainParams):
    """One KTO run; the model is also the reference."""

    least_rows: ClassVar[int] = 2

    data: LabelsName = Field(description="answers labelled good or bad")
    per_device_train_batch_size: int | None = Field(
        None, ge=2, description="rows in memory at once; neighbours make the KL term (empty: 4)"
    )
    beta: float | None = Field(None, gt=0, description="pull towards the reference (empty: the method's)")
    loss_type: Literal["kto", "apo_zero_unpaired"] = Field("kto", description="apo_zero_unpaired has no KL term")
    desirable_weight: float | None = Field(None, gt=0, description="weight of good answers (empty: from the counts)")
    undesirable_weight: float | None = Field(None, gt=0, description="weight of bad answers (empty: from the counts)")


def title(params: Params) -> str:
    return _trained.title("train-kto", params)


def settings(params: Params) -> KTOSettings:
    """What the run is told; UsageError or TrainingRefused for what cannot work."""
    return KTOSettings(**params.numbers())


def check(store: Store, params: Params) -> None:
    _trained.check(store, params, settings(params), ("unpaired",))


def look(table: formats.Table, params: Params, tokenizer: PreTrainedTokenizerBase) -> Look[Any, KTOReport]:
    """What a run would train on, in tokens; light."""
    from workbench.training import kto_preflight
    from workbench.training.label_rows import label_rows

    return kto_preflight.look(label_rows(table), tokenizer, params.max_length)


def refuse(report: KTOReport) -> None:
    """TrainingRefused if a run could not teach what it says."""
    from workbench.training import kto_preflight

    kto_preflight.refuse(report)


def measure(table: formats.Table, wanted: KTOSettings, base: Path, report: KTOReport) -> Estimate:
    """What a run on rows like these would take; loads the model."""
    from workbench.training import kto
    from workbench.training.label_rows import label_rows

    return kto.measure(wanted, base, label_rows(table), report)


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.training.label_rows import label_rows

    context.release()
    base, path = _trained.base(context, params)
    labels = _trained.data_set(context, params.data)
    _trained.name(context, params.name, base, "kto")
    table = _trained.rows(labels, params.limit)
    checks = _trained.checks(context, params, labels, table, base, params.limit)
    wanted, machine = _trained.on_this_machine(context, params, settings(params), base, look, table)
    outcome = _trained.run(context, params, "kto", wanted, machine, path, label_rows(table))
    model = _trained.register(context, params, base, labels, outcome, {"labels": outcome["preflight"]["kept"]})
    return {"model": model.name, **outcome, "checks": checks, "old_task": model.details["old_task"]}
