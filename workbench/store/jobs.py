"""Jobs: the queue. A state changes by compare-and-set, so that two workers never run the same job.

queued -> running -> done | failed | cancelled | lost        lost, failed, cancelled -> queued (resume)
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

from workbench.errors import JobError
from workbench.records import Job, JobState, Lane
from workbench.spec import JobSpec, canonical_json, finite
from workbench.store.clock import seconds_since, utc_now
from workbench.store.connection import Store

_CLAIMABLE = """state = 'queued' AND (after_job IS NULL
    OR EXISTS (SELECT 1 FROM jobs AS first WHERE first.id = jobs.after_job AND first.state = 'done'))"""
_ORDER = "ORDER BY rank, id"
_CHAIN = """WITH RECURSIVE chain(id, after, step) AS (
    SELECT id, after_job, 1 FROM jobs WHERE id = ? AND state = 'queued'
    UNION ALL SELECT j.id, j.after_job, step + 1 FROM jobs AS j JOIN chain ON j.id = chain.after
    WHERE j.state = 'queued') SELECT id FROM chain ORDER BY step"""  # a job, the one it waits for, and so on
END_NOW = -1  # in place of a rung of the cancel ladder: come to a good end now, with what there is
_AT_WORK = "seconds_at_work"  # in the plan of a job that was resumed: of its attempts before
RESUMABLE: tuple[JobState, ...] = ("failed", "cancelled", "lost")


def enqueue(
    store: Store, spec: JobSpec, lane: Lane, name: str, after: int | None = None, plan: Mapping[str, Any] | None = None
) -> Job:
    """Put a job at the end of its lane.

    `after`: another job, without whose good end it is not claimed; `plan`: what is fixed before its first start.
    """
    with store.write() as db:
        job_id = db.execute(
            "INSERT INTO jobs (kind, lane, name, spec, spec_hash, plan, after_job, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (spec.kind, lane, name, spec.json, spec.hash, canonical_json(dict(plan or {})), after, utc_now()),
        ).lastrowid
    return by_id(store, job_id or 0)


def claim(store: Store, lane: Lane, pid: int, pid_started: float, host: str) -> Job | None:
    """Take the first queued job of the lane that waits for no other, or None if there is none."""
    with store.write() as db:
        row = db.execute(f"SELECT id FROM jobs WHERE {_CLAIMABLE} AND lane = ? {_ORDER} LIMIT 1", (lane,)).fetchone()
        if row is None:
            return None
        db.execute(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, pid = ?, pid_started = ?, host = ?,"
            " error = NULL, started_at = NULL, finished_at = NULL, heartbeat_at = ? WHERE id = ? AND state = 'queued'",
            (pid, pid_started, host, utc_now(), row["id"]),
        )
    return by_id(store, row["id"])


def begin(store: Store, job_id: int) -> None:
    """What a claimed job does from here on is its own work: it waits for no other any more."""
    with store.write() as db:
        db.execute("UPDATE jobs SET started_at = ? WHERE id = ? AND state = 'running'", (utc_now(), job_id))


def seconds_at_work(job: Job) -> float | None:
    """Of all attempts, without what it waited for; None before the first of them began.

    An attempt whose worker is lost counts up to its last sign of life.
    """
    before: float | None = job.plan.get(_AT_WORK)
    if job.started_at is None:
        return before
    ended = job.heartbeat_at if job.state == "lost" else job.finished_at
    return (before or 0.0) + max(0.0, seconds_since(job.started_at) - (seconds_since(ended) if ended else 0.0))


def seconds_waited(job: Job) -> float | None:
    """From its request to its beginning; None before that, and of a job that was resumed."""
    if job.started_at is None or job.attempts > 1:
        return None
    return max(0.0, seconds_since(job.created_at) - seconds_since(job.started_at))


def finish(
    store: Store, job_id: int, state: JobState, error: str | None = None, result: Mapping[str, Any] | None = None
) -> bool:
    """End a running job; False if it was not running any more (somebody else ended it)."""
    with store.write() as db:
        changed = db.execute(
            "UPDATE jobs SET state = ?, error = ?, result = COALESCE(?, result), finished_at = ?, cancel_requested = 0,"
            " message = '', pace = NULL WHERE id = ? AND state = 'running'",
            (state, error, canonical_json(finite(dict(result))) if result is not None else None, utc_now(), job_id),
        ).rowcount
    return changed == 1


def progress(store: Store, job_id: int, done: int, total: int, message: str, pace: float | None) -> None:
    with store.write() as db:
        db.execute(
            "UPDATE jobs SET done = ?, total = ?, message = ?, pace = ?, heartbeat_at = ?"
            " WHERE id = ? AND state = 'running'",
            (done, total, message, pace, utc_now(), job_id),
        )


def beat(store: Store, job_id: int, pace: float | None) -> None:
    """The sign of life that the worker gives every few seconds, with the pace from then on."""
    with store.write() as db:
        db.execute(
            "UPDATE jobs SET pace = ?, heartbeat_at = ? WHERE id = ? AND state = 'running'", (pace, utc_now(), job_id)
        )


def keep_plan(store: Store, job_id: int, plan: Mapping[str, Any]) -> None:
    """What the job fixed when it started (dtype, threads, batches), so that a resumed one does the same."""
    with store.write() as db:
        db.execute("UPDATE jobs SET plan = ? WHERE id = ?", (canonical_json(dict(plan)), job_id))


def request_cancel(store: Store, job_id: int) -> JobState:
    """Ask a running job to stop, or take a queued one off the queue; the state it is in now."""
    with store.write() as db:
        db.execute(
            "UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE id = ? AND state = 'queued'",
            (utc_now(), job_id),
        )
        db.execute(
            "UPDATE jobs SET cancel_requested = MAX(cancel_requested, 0) + 1 WHERE id = ? AND state = 'running'",
            (job_id,),
        )
    return by_id(store, job_id).state


def request_end(store: Store, job_id: int) -> bool:
    """Ask a running job to end well now, with what it has; False if it is not running, or told to cancel already."""
    with store.write() as db:
        changed = db.execute(
            "UPDATE jobs SET cancel_requested = ? WHERE id = ? AND state = 'running' AND cancel_requested <= 0",
            (END_NOW, job_id),
        ).rowcount
    return changed == 1


def end_requested(store: Store, job_id: int) -> bool:
    """Whether the job shall come to a good end now."""
    return bool(store.value("SELECT cancel_requested FROM jobs WHERE id = ?", (job_id,)) == END_NOW)


def cancel_requested(store: Store, job_id: int) -> bool:
    """True if the job should stop: it was asked to, or is not running any more."""
    row = store.one("SELECT state, cancel_requested FROM jobs WHERE id = ?", (job_id,))
    return row is None or row["state"] != "running" or row["cancel_requested"] > 0


def requeue(store: Store, job_id: int) -> Job:
    """Resume an ended job where it was: the same job goes back to the queue."""
    ended = by_id(store, job_id)
    worked = seconds_at_work(ended)
    plan = ended.plan if worked is None else {**ended.plan, _AT_WORK: worked}
    with store.write() as db:
        changed = db.execute(
            "UPDATE jobs SET state = 'queued', cancel_requested = 0, error = NULL, started_at = NULL,"
            " finished_at = NULL, plan = ? WHERE id = ? AND state IN ('failed', 'cancelled', 'lost')",
            (canonical_json(plan), job_id),
        ).rowcount
    job = by_id(store, job_id)
    if not changed:
        raise JobError(f"Job {job_id} is {job.state} and cannot be resumed.", f"Only {', '.join(RESUMABLE)} jobs can.")
    return job


def put_first(store: Store, job_id: int) -> Job:
    """Put a queued job before all others of its lane, and before it the queued ones that it has to wait for.

    JobError if it is not queued.
    """
    with store.write() as db:
        lowest = db.execute("SELECT MIN(0, MIN(rank)) FROM jobs WHERE state = 'queued'").fetchone()[0]
        chain = db.execute(_CHAIN, (job_id,)).fetchall()
        ranks = [(lowest - step, row["id"]) for step, row in enumerate(chain, 1)]
        db.executemany("UPDATE jobs SET rank = ? WHERE id = ?", ranks)
    job = by_id(store, job_id)
    if not chain:
        raise JobError(f"Job {job_id} is {job.state}, and only one that waits can be put first.")
    return job


def by_id(store: Store, job_id: int) -> Job:
    row = store.one("SELECT * FROM jobs WHERE id = ?", (job_id,))
    if row is None:
        raise JobError(f"There is no job {job_id}.", "`workbench jobs list` shows them all.")
    return _record(row)


def running(store: Store) -> list[Job]:
    return [_record(row) for row in store.read("SELECT * FROM jobs WHERE state = 'running' ORDER BY id")]


def queued(store: Store) -> list[Job]:
    """Those that wait, in the order they are claimed; one with `after_job` is passed over until that one is done."""
    return [_record(row) for row in store.read(f"SELECT * FROM jobs WHERE state = 'queued' {_ORDER}")]


def waiting(store: Store, lane: Lane) -> bool:
    """Whether there is a job to claim."""
    return store.one(f"SELECT 1 FROM jobs WHERE {_CLAIMABLE} AND lane = ?", (lane,)) is not None


def failed_since(store: Store, kind: str, time: str) -> bool:
    """Whether a job of that kind was queued after that time and failed."""
    found = store.one("SELECT 1 FROM jobs WHERE kind = ? AND state = 'failed' AND created_at >= ?", (kind, time))
    return found is not None


def with_spec(store: Store, spec: JobSpec) -> list[Job]:
    """Those that were asked to do just that, newest first."""
    rows = store.read("SELECT * FROM jobs WHERE spec_hash = ? ORDER BY id DESC", (spec.hash,))
    return [_record(row) for row in rows]


def ended(store: Store, limit: int = 200) -> list[Job]:
    """Those that are over, newest first."""
    rows = store.read("SELECT * FROM jobs WHERE state NOT IN ('queued', 'running') ORDER BY id DESC LIMIT ?", (limit,))
    return [_record(row) for row in rows]


def recent(store: Store, limit: int = 200, kinds: Collection[str] = ()) -> list[Job]:
    """Newest first; of these kinds, or of all."""
    only = " WHERE kind IN (SELECT value FROM json_each(?))" if kinds else ""
    given = (canonical_json(sorted(kinds)), limit) if kinds else (limit,)
    return [_record(row) for row in store.read(f"SELECT * FROM jobs{only} ORDER BY id DESC LIMIT ?", given)]


def add_metrics(store: Store, job_id: int, step: int, values: Mapping[str, float]) -> None:
    """Keep a step's numbers; a repeated step (after a resume) replaces its old ones."""
    with store.write() as db:
        db.executemany(
            "INSERT OR REPLACE INTO job_metrics (job_id, step, name, value) VALUES (?, ?, ?, ?)",
            [(job_id, step, name, value) for name, value in values.items()],
        )


def metrics(store: Store, job_id: int) -> dict[str, list[tuple[int, float]]]:
    """Name -> (step, value) in the order of the steps; a NaN is stored as NULL and left out."""
    series: dict[str, list[tuple[int, float]]] = {}
    rows = store.read(
        "SELECT name, step, value FROM job_metrics WHERE job_id = ? AND value IS NOT NULL ORDER BY name, step",
        (job_id,),
    )
    for row in rows:
        series.setdefault(row["name"], []).append((row["step"], row["value"]))
    return series


def _record(row: sqlite3.Row) -> Job:
    values = dict(row)
    values["result"] = json.loads(values["result"])
    values["plan"] = json.loads(values["plan"])
    return Job(**values)
