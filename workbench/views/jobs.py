"""Jobs as a person wants to see them: how far, how long still, alive or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.records import Job
from workbench.store import Store, jobs
from workbench.store.clock import seconds_since
from workbench.views import queue

SILENT_SECONDS = 20.0  # four missed heartbeats


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


def job_rows(store: Store, limit: int = 200) -> list[JobRow]:
    """At work, then waiting in the order they run, then ended, newest first."""
    active = active_rows(store)[:limit]
    return [*active, *(_row(job) for job in jobs.ended(store, limit - len(active)))]


def active_rows(store: Store) -> list[JobRow]:
    """At work, then waiting in the order they run."""
    queued = queue.in_running_order(store)
    before = queue.before(store, queued)
    return [*(_row(job) for job in jobs.running(store)), *(_row(job, before[job.id]) for job in queued)]


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
