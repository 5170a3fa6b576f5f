"""Real jobs in real workers: start, watch, kill, resume."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench import jobs as kinds
from workbench import launch
from workbench.records import Job
from workbench.store import Store, jobs, models, open_store
from workbench.workspace import Workspace

PATIENCE = 240.0  # seconds until a test gives up on a worker; nothing is asserted about time


def submit(store: Store, kind: str, **values: Any) -> Job:
    """Queue a job; a training measures nothing afterwards unless it is told to."""
    if kind.startswith("train-"):
        values = {"old_task": "none", **values}
    return launch.submit(store, kinds.parse(kind, values))


def until(store: Store, job_id: int, true: Callable[[Job], object]) -> Job:
    """Wait until the job is as wanted; fails with its error and its log if that never comes."""
    deadline = time.monotonic() + PATIENCE
    while not true(job := jobs.by_id(store, job_id)):
        log = store.workspace.job_log(job_id)
        assert time.monotonic() < deadline, (job, log.read_text()[-3000:] if log.exists() else "no log")
        time.sleep(0.01)
    return job


def done(store: Store, kind: str, **values: Any) -> Job:
    """Run a job to its good end."""
    return finished(store, submit(store, kind, **values).id)


def finished(store: Store, job_id: int) -> Job:
    job = until(store, job_id, lambda job: job.ended)
    assert job.state == "done", (job.error, store.workspace.job_log(job_id).read_text()[-3000:])
    return job


def kill(store: Store, job: Job) -> Job:
    """SIGKILL to the worker, as the kernel does when memory is short; the job as the next look finds it."""
    assert job.pid is not None
    os.kill(job.pid, signal.SIGKILL)
    while launch.alive(job):
        time.sleep(0.005)
    launch.sweep(store, silent=0.0)
    return jobs.by_id(store, job.id)


def end_workers(store: Store) -> None:
    for job in jobs.recent(store):
        if job.pid is not None and launch.alive(job):
            os.kill(job.pid, signal.SIGKILL)


def prompts(folder: Path, count: int) -> Path:
    path = folder / "questions.jsonl"
    path.write_text(
        "".join(json.dumps({"prompt": f"What is {n} and {n}? {'Why? ' * (n % 5)}"}) + "\n" for n in range(count))
    )
    return path


def pairs(folder: Path, count: int) -> Path:
    path = folder / "pairs.jsonl"
    rows = [
        {
            "prompt": [{"role": "user", "content": f"How many are {n} and {n}?"}],
            "chosen": [{"role": "assistant", "content": f"They are {2 * n}."}],
            "rejected": [{"role": "assistant", "content": f"Nobody knows {n}!"}],
        }
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def labels(folder: Path, count: int) -> Path:
    """A good and a bad answer to each of half as many questions."""
    path = folder / "labels.jsonl"
    rows = [
        {"prompt": f"How many are {n // 2} and {n // 2}?", "completion": answer, "label": label}
        for n in range(0, count, 2)
        for answer, label in ((f"They are {n}.", True), ("Nobody knows!", False))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@contextmanager
def other(root: Path) -> Iterator[Store]:
    """A second, empty workspace; its workers end with it."""
    with open_store(Workspace(root)) as second:
        yield second
        end_workers(second)


def instructions(folder: Path, count: int) -> Path:
    path = folder / "instructions.json"
    rows = [{"instruction": f"Double {n}.", "input": "", "output": f"That is {2 * n}."} for n in range(count)]
    path.write_text(json.dumps(rows))
    return path


@contextmanager
def busy_machine() -> Iterator[None]:
    """Hold the turn of heavy jobs, as a worker of another workspace would: heavy jobs here wait before they load."""
    path = Path(os.environ["TMPDIR"]) / "workbench-heavy.lock"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def doomed(store: Store) -> Job:
    """A heavy job that may be queued, but fails before it loads anything: its model's weights are gone."""
    models.add(store, "gone", "gone", "folder", "/nowhere/gone", "its weights")
    return submit(store, "generate", model="gone")
