"""The write lock: one `flock` on `<database>.lock` around every write transaction and every checkpoint.

It bounds how long processes wait for each other, names the holder, and keeps two checkpoints apart,
which SQLite 3.7.0 to 3.51.2 needs (the WAL-reset defect). A killed holder frees it at once.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from workbench.errors import StoreBusy

WAIT_SECONDS = 10.0
SAY_AFTER_SECONDS = 2.0
_NAME_BYTES = 96


class WriteLock:
    """Exclusive between open files: two stores in one process exclude each other too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def acquire(self, wait: float = WAIT_SECONDS, on_wait: Callable[[str], None] | None = None) -> None:
        """Take the lock; after 2 s `on_wait(holder)` is called once; StoreBusy after `wait` seconds."""
        started, pause, said = time.monotonic(), 0.0005, False
        while not self._try():
            waited = time.monotonic() - started
            if waited > wait:
                raise StoreBusy(
                    f"The database is held by {self.holder()}; nothing was written after {wait:.0f} s.",
                    "Try again, or end that process.",
                )
            if on_wait and not said and waited > SAY_AFTER_SECONDS:
                said = True
                on_wait(self.holder())
            time.sleep(pause)
            pause = min(pause * 1.5, 0.005)
        self._sign()

    def release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def holder(self) -> str:
        """Who took it last: `process 123 (workbench)`."""
        try:
            name = os.pread(self._file, _NAME_BYTES, 0).decode("utf-8", "replace").strip("\0 \n")
        except OSError:
            name = ""
        return name or "another process"

    def close(self) -> None:
        os.close(self._file)

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _sign(self) -> None:
        name = f"process {os.getpid()} ({Path(sys.argv[0]).name or 'python'})"
        try:
            os.pwrite(self._file, name.encode()[:_NAME_BYTES].ljust(_NAME_BYTES, b"\0"), 0)
        except OSError:
            pass  # a full disk must not stop a write that would fit: the name only informs
