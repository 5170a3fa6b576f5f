"""Workers of these tests end with the test that started them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from workbench import launch
from workbench.store import Store, jobs


@pytest.fixture
def ended(store: Store) -> Iterator[None]:
    """No worker of this test's workspace outlives it, whoever started it."""
    yield
    end_workers(store)


@pytest.fixture(autouse=True)
def no_children_left() -> Iterator[None]:
    yield
    for child in launch._children:
        child.kill()
        child.wait()
    launch._children.clear()


def end_workers(store: Store) -> None:
    for job in jobs.recent(store):
        if job.pid is not None and launch.alive(job):
            os.kill(job.pid, signal.SIGKILL)
