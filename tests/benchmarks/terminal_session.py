"""A real terminal for tests and measurements: a program on a pty, its screen, and when each byte came."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte


class TerminalSession:
    """A program in an 80x24 terminal of its own; `screen` is what a person would see."""

    def __init__(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        columns: int = 80,
        lines: int = 24,
        cwd: Path | None = None,
    ) -> None:
        self.started = time.perf_counter()
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.bytes = 0
        self.output = bytearray()  # all of it, as it came
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            if cwd:
                os.chdir(cwd)
            # a size in the environment would be believed before that of the line
            kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
            os.execvpe(command[0], list(command), {**kept, "TERM": "xterm-256color", **environment})
        os.set_inheritable(self.file, False)  # a later session would hold this line open past its hang-up
        self._size(columns, lines)

    def send(self, keys: str) -> float:
        """Type; the time at which the bytes were handed to the terminal."""
        os.write(self.file, keys.encode())
        return time.perf_counter()

    def wait_for(self, seen: Callable[[], bool], seconds: float = 20.0) -> float:
        """Read until the screen is as wanted; when the deciding bytes came. TimeoutError with the screen."""
        until = time.perf_counter() + seconds
        came = time.perf_counter()
        while not seen():
            ready, _, _ = select.select([self.file], [], [], max(0.0, until - time.perf_counter()))
            if not ready:
                raise TimeoutError("\n".join(self.screen.display))
            came = time.perf_counter()
            if not self._read():
                raise EOFError("the program ended:\n" + "\n".join(self.screen.display))
        return came

    def shows(self, text: str) -> Callable[[], bool]:
        return lambda: any(text in line for line in self.screen.display)

    def settle(self, quiet: float = 0.15) -> None:
        """Read until nothing came for a while."""
        while select.select([self.file], [], [], quiet)[0]:
            if not self._read():
                return

    def resize(self, columns: int, lines: int) -> None:
        """As a person drags the window: the program gets SIGWINCH."""
        self.screen.resize(lines, columns)
        self._size(columns, lines)

    def hang_up(self) -> None:
        """Close the line, as a lost SSH connection does."""
        os.close(self.file)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.reap()

    def reap(self, seconds: float = 20.0) -> None:
        """Wait for the process, which must have been told to end; TimeoutError if it does not."""
        until = time.monotonic() + seconds
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                if time.monotonic() > until:
                    raise TimeoutError(f"process {self.pid} did not end")
                time.sleep(0.01)

    def close(self) -> None:
        """End it, whatever state it is in."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.reap()
        with contextlib.suppress(OSError):
            os.close(self.file)

    def _size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _read(self) -> bool:
        try:
            chunk = os.read(self.file, 65536)
        except OSError:  # the program closed its end
            return False
        self.bytes += len(chunk)
        self.output += chunk
        self._stream.feed(chunk)
        return bool(chunk)
