"""A lost connection ends the terminal, cleanly if it can and surely in any case; jobs go on.

On a hang-up the kernel sends SIGHUP and SIGCONT together to the first process of a session (which this is
under a forced SSH command). Textual's SIGCONT handler would set up the dead terminal again and then wait for
ever for a writer thread that died of it, so SIGCONT is ignored from the SIGHUP on.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

LAST_SECONDS = 5.0  # longer than any write that is under way; nobody is left to see a process that hangs


def exit_on_signals(loop: asyncio.AbstractEventLoop, leave: Callable[[], object]) -> None:
    """Call `leave` on the loop at SIGHUP and SIGTERM."""

    def end(number: int, _frame: FrameType | None) -> None:
        # A plain handler, not the loop's: it runs before that of SIGCONT, whose number is higher.
        signal.signal(signal.SIGCONT, signal.SIG_IGN)
        loop.call_soon_threadsafe(leave)
        last = threading.Timer(LAST_SECONDS, os._exit, (128 + number,))
        last.daemon = True
        last.start()

    signal.signal(signal.SIGHUP, end)
    signal.signal(signal.SIGTERM, end)


def end_on_hang_up() -> None:
    """Before anything is on screen, a hang-up just ends the process, also where `nohup` had it ignored.

    Ignored, it would leave a terminal without a line that waits for keys for ever. One that came before this is
    seen by the line: it is no terminal any more.
    """
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if not os.isatty(0):
        raise SystemExit(128 + signal.SIGHUP)
