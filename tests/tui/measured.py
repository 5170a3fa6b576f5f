"""A workspace with real runs: two random models on the same questions, one of them under stress, by real workers."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from workbench import jobs as kinds
from workbench import launch
from workbench.models.tiny import make
from workbench.store import Store, jobs, open_store
from workbench.workspace import Workspace

ITEMS = 24
TASK = "multiple_choice"
PATIENCE = 60.0  # seconds until a worker is given up on
# the runs in the order in which the jobs begin them
TINY, SENTIMENT, OTHER, FIRST_PERTURBED = 1, 2, 3, 4


def measure(folder: Path) -> Workspace:
    """`tiny` and `other` (the same shape, other weights) on 24 questions; `tiny` on reviews; `other` perturbed."""
    other = str(make(folder / "other", seed=1))
    workspace = Workspace(folder / "ws")
    with open_store(workspace) as store:
        done(store, "bench", model="tiny", task=TASK, limit=ITEMS)
        done(store, "bench", model="tiny", task="sentiment", limit=ITEMS)
        last = done(store, "stress", model=other, task=TASK, limit=ITEMS)
        os.kill(last, signal.SIGKILL)  # it would wait for more work
    return workspace


def done(store: Store, kind: str, **values: Any) -> int:
    """Run a job to its good end; the worker's process id."""
    job = launch.submit(store, kinds.parse(kind, values))
    deadline = time.monotonic() + PATIENCE
    while not (job := jobs.by_id(store, job.id)).ended:
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
    assert job.state == "done", job.error
    assert job.pid is not None
    return job.pid
