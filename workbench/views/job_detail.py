"""One job in full: its parameters, its live numbers, the end of its log, and what a training gained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store, jobs
from workbench.views import training
from workbench.views.jobs import JobRow, row
from workbench.views.training import Prediction

if TYPE_CHECKING:
    from workbench.training.health import Light

_LOG_BYTES = 64_000


@dataclass(frozen=True, slots=True)
class JobDetail:
    """One job with its parameters, live series (name -> (step, value)) and the end of its log.

    Of a training also its lights, what was predicted of it, None before a step was measured, and `said`: what a
    finished one gained and cost, in words.
    """

    row: JobRow
    params: dict[str, Any]
    plan: dict[str, Any]
    spec_hash: str
    attempts: int
    series: dict[str, list[tuple[int, float]]]
    log: str
    lights: tuple[Light, ...]
    prediction: Prediction | None
    said: tuple[str, ...] = ()


def job_detail(store: Store, job_id: int) -> JobDetail:
    """JobError if there is no such job."""
    job = jobs.by_id(store, job_id)
    spec = JobSpec.from_json(job.spec)
    log = tail(store.workspace.job_log(job_id))
    series = jobs.metrics(store, job_id)
    on_text = job.kind in training.KINDS and job.plan.get("data", {}).get("layout") == "text"
    return JobDetail(
        row(store, job), spec.params, job.plan, job.spec_hash, job.attempts, series, log,
        tuple(training.lights(job.kind, series, on_text, training.first_loss(job))),
        training.prediction(job.id, job.name, series, job.result), _said(store, job),
    )  # fmt: skip


def _said(store: Store, job: Job) -> tuple[str, ...]:
    """Of a training: what it looked at, what it came to on rows it never learned, what it gained, and what it cost."""
    if not job.kind.startswith("train-") or "model" not in job.result:
        return ()
    from workbench.views import unseen
    from workbench.views.forgetting import forgetting, lines

    found = forgetting(store, job.result["model"])
    looks = training.looked_at(job.result)
    return (*((looks,) if looks else ()), *unseen.lines(job.result), *(lines(found) if found else ()))


def tail(path: Path) -> str:
    """The last 64 kB of a log; empty if there is none yet."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LOG_BYTES))
        return file.read().decode("utf-8", "replace")
