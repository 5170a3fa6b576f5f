"""Who may work: one worker a lane of a workspace, and one heavy job at a time on a machine."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.launch import open_lane
from workbench.records import Lane
from workbench.workspace import Workspace


class LaneLock:
    """Held by the worker of a lane for as long as it lives; the kernel frees it when the worker is killed."""

    def __init__(self, workspace: Workspace, lane: Lane) -> None:
        self._file = open_lane(workspace, lane)

    def acquire(self) -> bool:
        return _try(self._file)

    def release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)


@contextmanager
def machine_turn() -> Iterator[int]:
    """A file whose lock is the turn of a heavy job on this machine, whoever's workspace it is in."""
    path = Path(tempfile.gettempdir()) / "workbench-heavy.lock"
    file = _shared(path)
    try:
        yield file
    finally:
        os.close(file)


def take_turn(file: int) -> bool:
    """Whether this machine is free for a heavy job now; the turn ends when the file is closed."""
    return _try(file)


def _shared(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        file = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        os.fchmod(file, 0o666)  # every user of the machine takes turns
        return file


def _try(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
