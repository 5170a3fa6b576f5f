"""Opening the terminal, or saying why it cannot be opened here."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Literal

from workbench.errors import UsageError
from workbench.workspace import Workspace


def open_terminal(
    workspace: Workspace,
    rater: str | None = None,
    start: Literal["home", "rate", "versus"] = "home",
    batch: int | None = None,
    kiosk: bool = False,
) -> int:
    """Run the terminal until it is left, or the kiosk; UsageError where there is none to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The terminal needs a tty.", "Use a command (workbench --help), or ssh -t.")
    if os.environ.get("TERM", "dumb") == "dumb":
        raise UsageError("This terminal (TERM=dumb) cannot draw screens.", "Use a command: workbench --help.")
    if kiosk:
        from workbench.tui.kiosk import run
    else:
        from workbench.tui.app import run
    code: int = run(workspace, rater or rater_name(), start, batch)
    return code


def rater_name() -> str:
    """$WORKBENCH_RATER, else the login name, else the user's number."""
    try:
        return os.environ.get("WORKBENCH_RATER") or getpass.getuser()
    except (KeyError, OSError):  # a user without an entry in the password file, as in some containers
        return f"user {os.getuid()}"
