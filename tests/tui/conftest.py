"""Workspaces for the screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import workspaces

from workbench.records import Lane
from workbench.store import Store
from workbench.worker.locks import LaneLock

LANES: tuple[Lane, ...] = ("heavy", "light")


@contextmanager
def workers_at_work(store: Store) -> Iterator[Store]:
    """Both lanes are held, so that a queued job stays queued: no worker is started by a look at the screen."""
    locks = [LaneLock(store.workspace, lane) for lane in LANES]
    assert all(lock.acquire() for lock in locks)
    yield store
    for lock in locks:
        lock.release()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with workspaces.empty(tmp_path / "ws") as store, workers_at_work(store):
        yield store


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    with workspaces.filled(tmp_path / "ws") as store, workers_at_work(store):
        yield store


@pytest.fixture
def filled_and_working(tmp_path: Path) -> Iterator[Store]:
    """As `filled`, but queued jobs run, in workers of their own."""
    with workspaces.filled(tmp_path / "ws") as store:
        yield store
