"""Workspaces for the screens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import measured as measurements
import pytest
import workspaces

from workbench.records import Lane
from workbench.store import Store, open_store
from workbench.worker.locks import LaneLock
from workbench.workspace import Workspace

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


@pytest.fixture(scope="session")
def measured_once(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace with benchmark and stress runs: made once, for it takes seconds."""
    return measurements.measure(tmp_path_factory.mktemp("measured")).root


@pytest.fixture
def measured(measured_once: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it, to read and to write."""
    folder = tmp_path / "ws"
    shutil.copytree(measured_once, folder)
    with open_store(Workspace(folder)) as store, workers_at_work(store):
        yield store
