"""Watching a job from the command line: a progress bar on stderr, and its end as the command's."""

from __future__ import annotations

import sys
import time

from workbench import jobs as kinds
from workbench import launch
from workbench.cli._session import Session
from workbench.cli._table import seconds
from workbench.errors import JobError
from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store, jobs
from workbench.views.jobs import JobRow, row

_POLL_SECONDS = 0.2
_LINE_SECONDS = 5.0
_BAR_CELLS = 20


def run(session: Session, store: Store, spec: JobSpec, detach: bool, ends_with_us: bool = False) -> Job:
    """Queue a job; attach to it unless `detach`. JobError if it does not end well.

    `ends_with_us`: ctrl+c cancels the job, which is short and leaves nothing, instead of letting it go on.
    """
    job = launch.submit(store, spec)
    if detach:
        session.answer(
            {"job": job.id, "state": job.state}, f"job {job.id} is queued; watch it: workbench jobs attach {job.id}"
        )
        return job
    return attach(session, store, job.id, ends_with_us)


def attach(session: Session, store: Store, job_id: int, ends_with_us: bool = False) -> Job:
    """Show progress until the job ends; JobError with its reason if it did not end well. For ctrl+c see `run`."""
    job = jobs.by_id(store, job_id)
    launch.ensure_worker(store.workspace, kinds.lane(job.kind))
    try:
        job = _watch_bar(store, job_id) if sys.stderr.isatty() else _watch_lines(session, store, job_id)
    except KeyboardInterrupt:
        if ends_with_us:
            _end(session, store, job_id)
        else:
            session.say(f"\nJob {job_id} goes on; watch it again: workbench jobs attach {job_id}")
        raise
    if job.state != "done":
        hint = f"Log: workbench jobs logs {job.id}. Go on where it was: workbench jobs resume {job.id}"
        raise JobError(f"Job {job.id} ({job.name}) is {job.state}: {job.error or 'no reason given'}", hint)
    return job


def _end(session: Session, store: Store, job_id: int) -> None:
    if not jobs.by_id(store, job_id).ended:
        launch.cancel(store, job_id)
    session.say(f"\nJob {job_id} was told to end; nothing of it stays.")


def _watch_bar(store: Store, job_id: int) -> Job:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(_BAR_CELLS),
        TextColumn("{task.fields[state]}", markup=False, table_column=Column()),  # wrapped where it is long
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        shown = row(store, jobs.by_id(store, job_id))
        task = bar.add_task(shown.name, total=None, state=shown.state)
        while True:
            shown, job = _look(store, job_id)
            bar.update(task, total=shown.total or None, completed=shown.done, state=_words(shown))
            if job.ended:
                return job
            time.sleep(_POLL_SECONDS)


def _watch_lines(session: Session, store: Store, job_id: int) -> Job:
    """Without a terminal: a line when something changed, at most every five seconds."""
    said, said_at = "", 0.0
    while True:
        shown, job = _look(store, job_id)
        line = f"job {job_id} · {shown.name} · {_words(shown)}"
        if line != said and (job.ended or time.monotonic() - said_at > _LINE_SECONDS):
            session.say(line)
            said, said_at = line, time.monotonic()
        if job.ended:
            return job
        time.sleep(_POLL_SECONDS)


def _look(store: Store, job_id: int) -> tuple[JobRow, Job]:
    launch.tend(store)
    job = jobs.by_id(store, job_id)
    return row(store, job), job


def _words(shown: JobRow) -> str:
    parts = [_state(shown)]
    if shown.total:
        parts.append(f"{shown.done:,}/{shown.total:,}")
    if shown.eta is not None:
        parts.append(f"{seconds(shown.eta)} left")
    return " · ".join(parts)


def _state(shown: JobRow) -> str:
    """What it does, or what it waits for."""
    if shown.state == "queued":
        return f"queued {shown.message}".rstrip()
    return shown.state if shown.state != "running" else shown.message or "running"
