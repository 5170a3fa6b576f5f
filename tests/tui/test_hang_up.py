"""A lost connection or a polite kill ends the terminal cleanly, through a real pty."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from pathlib import Path

import pytest
import workspaces

PROGRAM = """
import sys
from pathlib import Path
from workbench.tui.app import run
from workbench.workspace import Workspace
sys.exit(run(Workspace(Path(sys.argv[1])), "ada", "rate", 1))
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_the_terminal_is_reset_and_what_was_rated_is_kept(tmp_path, number):
    workspaces.filled(tmp_path / "ws").close()
    pid, terminal = start(tmp_path / "ws")
    read_until(terminal, b"0/8 judged")
    time.sleep(0.4)  # longer than a text must be up before a digit counts
    os.write(terminal, b"4")
    read_until(terminal, b"saved: fluency 4")
    os.kill(pid, number)
    rest = read_until(terminal, b"\x1b[?1049l")  # leaves the alternate screen
    assert b"Traceback" not in rest
    drain(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with workspaces.open_store(workspaces.Workspace(tmp_path / "ws")) as store:
        assert store.value("SELECT value FROM ratings") == 4


@pytest.mark.parametrize("after", [0.2, 0.6, 1.2])
def test_a_line_that_is_lost_while_it_starts_under_nohup_ends_it(tmp_path, after):
    workspaces.filled(tmp_path / "ws").close()
    pid, terminal = start(tmp_path / "ws", nohup=True)
    time.sleep(after)
    os.close(terminal)
    for _ in range(200):
        if os.waitpid(pid, os.WNOHANG)[0]:
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("it still runs 20 s after its terminal was closed")


def start(root: Path, nohup: bool = False) -> tuple[int, int]:
    """The program in a pty of 80x24; its process and the other end."""
    pid, terminal = pty.fork()
    if pid == 0:
        if nohup:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.chdir(Path(__file__).parents[2])
        size = {"LINES": "24", "COLUMNS": "80", "TERM": "xterm-256color"}
        os.execve(sys.executable, [sys.executable, "-c", PROGRAM, str(root)], {**os.environ, **size})
    return pid, terminal


def read_until(terminal: int, words: bytes, seconds: float = 20) -> bytes:
    """Everything up to these words; fails when they do not come."""
    got = b""
    deadline = time.monotonic() + seconds
    while words not in got:
        assert select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0], got[-2000:]
        got += os.read(terminal, 65536)
    return got


def drain(terminal: int) -> None:
    """Read until the other end is closed: a full pipe would keep it from ending."""
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass  # how Linux says that nobody holds the other end
