"""The queue: in which order it runs, and what stands before each job that waits."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.records import Job
from workbench.store import Store, jobs
from workbench.text import duration


def in_running_order(store: Store) -> list[Job]:
    """The queued jobs, each after the one it waits for; last those that wait for one that did not end well."""
    rest, placed = jobs.queued(store), list[Job]()
    while rest:
        waited_for = {job.id for job in rest}
        placed.append(next(job for job in rest if job.after_job not in waited_for))
        rest.remove(placed[-1])
    stuck = _stuck(store, placed)
    return sorted(placed, key=lambda job: job.id in stuck)  # sorted keeps the order otherwise


def before(store: Store, queued: Sequence[Job]) -> dict[int, str]:
    """Queued job -> what runs before it in its lane: `after job 3 (about 2 min left), job 5 and 2 more`.

    Empty words: it is next, and nothing runs. `queued`: all of them, in the order they run.
    """
    running, stuck = jobs.running(store), _stuck(store, queued)
    return {job.id: stuck.get(job.id) or _before(job, running, queued[:at]) for at, job in enumerate(queued)}


def seconds_left(job: Job) -> float | None:
    """From the pace of the worker's last sign of life (it leaves out what was there before this attempt)."""
    if job.state != "running" or not job.pace or job.total <= 0:
        return None
    return max(0.0, (job.total - job.done) / job.pace)


def _stuck(store: Store, queued: Sequence[Job]) -> dict[int, str]:
    """Queued job -> what to do, where the one it waits for, or one before that, did not end well."""
    found: dict[int, str] = {}
    for job in queued:
        if job.after_job in found:
            found[job.id] = found[job.after_job]
        elif job.after_job is not None and (state := jobs.by_id(store, job.after_job).state) in jobs.RESUMABLE:
            found[job.id] = f"after job {job.after_job}, which is {state}: resume that one"
    return found


def _before(job: Job, running: Sequence[Job], ahead: Sequence[Job]) -> str:
    parts = [_at_work(one) for one in running if one.lane == job.lane]
    waiting = [f"job {one.id}" for one in ahead if one.lane == job.lane]
    more = f" and {len(waiting) - 1} more" if len(waiting) > 1 else ""
    return f"after {', '.join([*parts, *waiting[:1]])}{more}" if parts or waiting else ""


def _at_work(job: Job) -> str:
    left = seconds_left(job)
    return f"job {job.id} ({'time left not known yet' if left is None else f'about {duration(left)} left'})"
