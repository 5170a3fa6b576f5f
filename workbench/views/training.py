"""A training as it goes on and what it came to: lights in plain words, predictions beside what it took, tasks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store, jobs
from workbench.training.library_fields import Trainer

if TYPE_CHECKING:
    from workbench.training.health import Light

Series = Mapping[str, Sequence[tuple[int, float]]]
KINDS: Mapping[str, Trainer] = {"train-sft": "sft", "train-dpo": "dpo", "train-kto": "kto"}
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one measured step foretold before the first update, and what came.

    Seconds of the span that `training.estimated.Estimate` says (of the steps alone in records from before the saving
    was counted); memory in GB at the peak. took, peak: None until the run is done; a run that was interrupted counts
    the seconds of all its attempts up to their last checkpoint, and one that was ended early is compared over the steps
    it made.
    """

    job: int
    name: str
    seconds: float
    took: float | None
    memory: float
    peak: float | None


def prediction(job_id: int, name: str, series: Series, result: Mapping[str, Any]) -> Prediction | None:
    """None where no step was measured: another kind of job, or one that has not come so far."""
    if not series.get("estimate/seconds"):
        return None
    peak, trained = result.get("peak_memory"), result.get("train_seconds")
    return Prediction(
        job_id, name, series["estimate/seconds"][-1][1] * _made(result),
        None if trained is None else trained + result.get("save_seconds", 0.0),
        series["estimate/memory"][-1][1], None if peak is None else peak / _GB,
    )  # fmt: skip


def _made(result: Mapping[str, Any]) -> float:
    """The share of its steps that a run made: less than 1 where it was ended before."""
    if not (result.get("looks") or {}).get("stopped_early", True):
        return 1.0
    foretold = (result.get("estimate") or {}).get("steps")
    return min(1.0, result["steps"] / foretold) if foretold else 1.0


def predictions(store: Store) -> list[Prediction]:
    """Of all trainings that measured a step, newest first."""
    trained = jobs.recent(store, kinds=KINDS)
    found = (prediction(job.id, job.name, jobs.metrics(store, job.id), job.result) for job in trained)
    return [one for one in found if one is not None]


def lights(kind: str, series: Series, on_text: bool = False, first_loss: float | None = None) -> list[Light]:
    """The lights of a training at work; empty for other jobs, and while there are too few steps to judge by.

    on_text: the rows are plain text; first_loss: see `first_loss`. A loss that was NaN is stored as nothing, so a step
    without one that has a learning rate had such a loss.
    """
    from workbench.training import health

    if kind not in KINDS:
        return []
    steps = _steps(series)
    broken = any(math.isnan(step.get("loss", 0.0)) for step in steps)
    if len(steps) < health.FEWEST_STEPS and not broken:
        return []
    return health.lights("domain" if on_text else KINDS[kind], steps, first_loss)


def first_loss(job: Job) -> float | None:
    """What the first step of a DPO run has to come to; None for other jobs, or where that depends on the rows."""
    if job.kind != "train-dpo":
        return None
    from workbench.jobs import train_dpo
    from workbench.training import health

    params = train_dpo.Params(**JobSpec.from_json(job.spec).params)
    return health.first_loss(train_dpo.settings(params, job.plan.get("label_smoothing", 0.0)))


def _steps(series: Series) -> list[dict[str, float]]:
    """Step by step, what was logged of each."""
    found: dict[int, dict[str, float]] = {}
    for name, points in series.items():
        for step, value in points:
            found.setdefault(step, {})[name] = value
    for logged in found.values():
        if "learning_rate" in logged:
            logged.setdefault("loss", math.nan)
            logged.setdefault("grad_norm", math.nan)
    return [found[step] for step in sorted(found) if step > 0]


def looked_at(kept: Mapping[str, Any]) -> str | None:
    """Of a training's or a pre-flight's result, or of a model's details: the rows of other sets that it looks at.

    None where it looks at none, or at a share of its own.
    """
    from workbench.jobs import _eval_rows

    told = kept.get("eval_data")
    return _eval_rows.words(told) if told else None


@dataclass(frozen=True, slots=True)
class TaskLossRow:
    """Mean loss in nats per token of the answers, over the same `rows` training rows before and after."""

    task: str
    rows: int
    before: float
    after: float


def task_losses(kept: Mapping[str, Any]) -> list[TaskLossRow]:
    """Of a training's result or of its model's details; empty where the rows named no task."""
    return [TaskLossRow(task, **one) for task, one in kept.get("tasks", {}).items()]
