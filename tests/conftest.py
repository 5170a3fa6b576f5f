"""Every test works in folders of its own: nothing of the user's is touched, and no worker measures the machine."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from workbench.models import machine
from workbench.models.machine import Machine, Speed
from workbench.store import Store, open_store
from workbench.workspace import Workspace


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The model cache of this run, with a measurement of this machine that nobody made."""
    folder = tmp_path_factory.mktemp("cache")
    machine.write(folder, _unmeasured())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_CACHE", str(folder))
        patch.setenv("WORKBENCH_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("WORKBENCH_RATER", "ada")
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("tmp")))  # the heavy job's turn of this run alone
        patch.delenv("WORKBENCH_WORKSPACE", raising=False)
        yield folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    with open_store(workspace) as opened:
        yield opened


def _unmeasured() -> Machine:
    """One float32 thread is fastest: what every job of the tests computes with."""
    threads = range(1, machine.cpus() + 1)
    speeds = [Speed(dtype, n, 1000.0 / n, 100.0 / n) for dtype in ("float32", "bfloat16") for n in threads]
    return Machine(
        host=platform.node(), cpus=machine.cpus(), torch=version("torch"), gpu=None, gpu_bfloat16=False, busy=0.0,
        measured_at="2026-01-01T00:00:00.000+00:00", speeds=tuple(speeds),
    )  # fmt: skip
