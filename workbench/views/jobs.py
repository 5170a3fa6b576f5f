"""Jobs as a person wants to see them: how far, how long still, alive or not, and the live numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store, jobs
from workbench.store.clock import seconds_since
from workbench.views import queue, training
from workbench.views.training import Prediction

if TYPE_CHECKING:
    from workbench.training.health import Light

SILENT_SECONDS = 20.0  # four missed heartbeats
_LOG_BYTES = 64_000


@dataclass(frozen=True, slots=True)
class JobRow:
    """`state` in words: "running (silent)" is a job whose worker gave no sign of life for 20 s.

    `eta` is in seconds from now, None while it cannot be said. `seconds` is the time at work, of all attempts, None
    before it began; `waited` the time before that, None of a job that was resumed. `after`: the job that has to be done
    before it starts.
    """

    id: int
    kind: str
    name: str
    state: str
    done: int
    total: int
    message: str
    error: str | None
    eta: float | None
    seconds: float | None
    result: dict[str, Any]
    ended: bool
    after: int | None = None
    waited: float | None = None

    @property
    def doing(self) -> str:
        """The name, and what it does or waits for as long as there is nothing to count."""
        return f"{self.name}: {self.message}" if self.message and not (self.total or self.ended) else self.name


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


def job_rows(store: Store, limit: int = 200) -> list[JobRow]:
    """At work, then waiting in the order they run, then ended, newest first."""
    active = active_rows(store)[:limit]
    return [*active, *(_row(job) for job in jobs.ended(store, limit - len(active)))]


def active_rows(store: Store) -> list[JobRow]:
    """At work, then waiting in the order they run."""
    queued = queue.in_running_order(store)
    before = queue.before(store, queued)
    return [*(_row(job) for job in jobs.running(store)), *(_row(job, before[job.id]) for job in queued)]


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


def row(store: Store, job: Job) -> JobRow:
    """One job as it is now; of a queued one with what runs before it."""
    if job.state != "queued":
        return _row(job)
    queued = queue.in_running_order(store)
    return _row(job, queue.before(store, queued).get(job.id, ""))


def runs_next(store: Store, job: Job) -> str:
    """What to tell of a job that was put first: what runs before it, and how long still."""
    found = row(store, job)
    if found.state != "queued":
        return f"Job {job.id} is {found.state}."
    return f"Job {job.id} runs next, {found.message or 'as soon as a worker is there'}."


def _row(job: Job, before: str = "") -> JobRow:
    silent = job.state == "running" and job.heartbeat_at and seconds_since(job.heartbeat_at) > SILENT_SECONDS
    state: str = "running (silent)" if silent else job.state
    if job.state == "running" and job.cancel_requested:
        state = "ending" if job.cancel_requested == jobs.END_NOW else "cancelling"
    message = before if job.state == "queued" else job.message
    return JobRow(
        job.id, job.kind, job.name, state, job.done, job.total, message, job.error, queue.seconds_left(job),
        jobs.seconds_at_work(job), job.result, job.ended, job.after_job, jobs.seconds_waited(job),
    )  # fmt: skip


def tail(path: Path) -> str:
    """The last 64 kB of a log; empty if there is none yet."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LOG_BYTES))
        return file.read().decode("utf-8", "replace")
