"""One worker a lane of a workspace."""

from __future__ import annotations

import fcntl

from workbench.launch import open_lane
from workbench.records import Lane
from workbench.workspace import Workspace


class LaneLock:
    """Held by the worker of a lane for as long as it lives; the kernel frees it when the worker is killed."""

    def __init__(self, workspace: Workspace, lane: Lane) -> None:
        self._file = open_lane(workspace, lane)

    def acquire(self) -> bool:
        return try_lock(self._file)

    def release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)


def try_lock(file: int, how: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file, LOCK_EX or LOCK_SH, without waiting; False if another holds it."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
