"""The terminal's driver: Textual's own, but bytes that are no UTF-8 are dropped instead of ending the program."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """A terminal set to Latin-1, or noise on the line, sends such bytes; nobody who rates is thrown out by them."""

    def run_input_thread(self) -> None:
        while True:
            try:
                super().run_input_thread()
            except UnicodeDecodeError:
                continue  # what came in the same read goes with it
            return
