"""One heavy job at a time on a machine, whoever's workspace it is in; who came first goes first.

The turn is a lock. Whoever waits for it holds a ticket: a locked file of its own in a folder beside it, named by the
time it came. A kill frees every lock, so a dead holder or waiter never blocks; nor does a waiter that sleeps.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from pathlib import Path

from workbench.worker.locks import try_lock

ASLEEP_SECONDS = 5.0  # a waiter that has not asked for so long (stopped, or stuck on a disk) is passed
_LOCK, _LINE = "workbench-heavy.lock", "workbench-heavy.waiting"
_TICKET = ".ticket"


class MachineTurn:
    """A place in the line, from `with` on; the turn itself from the `take` that succeeds until the end of `with`."""

    def __enter__(self) -> MachineTurn:
        self._turn = _shared(Path(tempfile.gettempdir()) / _LOCK)
        self._ticket, self._file = _draw(_line())
        return self

    def __exit__(self, *_: object) -> None:
        self._leave_line()
        os.close(self._turn)

    def take(self) -> bool:
        """Whether it is our turn now. Ask a few times a second: see ASLEEP_SECONDS."""
        os.utime(self._file)
        if self.ahead() or not try_lock(self._turn):
            return False
        self._leave_line()
        return True

    def ahead(self) -> int:
        """How many wait that came before us; whoever has the turn is not among them."""
        return sum(_waits(one) for one in self._ticket.parent.glob(f"*{_TICKET}") if one.name < self._ticket.name)

    def _leave_line(self) -> None:
        if self._file >= 0:
            self._ticket.unlink(missing_ok=True)
            os.close(self._file)
            self._file = -1


def _shared(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        file = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        os.fchmod(file, 0o666)  # every user of the machine takes turns
        return file


def _line() -> Path:
    """The folder of the tickets, in which every user of the machine may draw one, and clear away those of the dead."""
    line = Path(tempfile.gettempdir()) / _LINE
    if not line.is_dir():
        made = tempfile.mkdtemp(prefix=_LINE)
        os.chmod(made, 0o777)
        try:
            os.rename(made, line)
        except OSError:  # somebody made it in this moment
            os.rmdir(made)
    return line


def _draw(line: Path) -> tuple[Path, int]:
    """A new last ticket and its open file, locked before anybody can see it."""
    name = f"{time.monotonic_ns():020d}-{os.getpid()}"  # one clock for all processes of a machine
    file = os.open(line / name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    os.fchmod(file, 0o644)
    fcntl.flock(file, fcntl.LOCK_EX)
    os.rename(line / name, line / f"{name}{_TICKET}")
    return line / f"{name}{_TICKET}", file


def _waits(ticket: Path) -> bool:
    """Whether its owner is alive and awake; a dead one's ticket is cleared away."""
    try:
        file = os.open(ticket, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        if not try_lock(file, fcntl.LOCK_SH):
            return time.time() - os.fstat(file).st_mtime < ASLEEP_SECONDS
        ticket.unlink(missing_ok=True)
        return False
    finally:
        os.close(file)
