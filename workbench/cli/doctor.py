"""workbench doctor"""

from __future__ import annotations

import click

from workbench.cli._session import Command, Session
from workbench.views.doctor import doctor

_SIGNS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


@click.command(cls=Command)
@click.pass_obj
def command(session: Session) -> None:
    """Check the database, the places, the processes and the software."""
    with session.store() as store:
        checks = doctor(store)
    lines = [f"{_SIGNS[check.verdict]}  {check.name:<12}{check.text}" for check in checks]
    session.answer(checks, "\n".join(lines))
    raise SystemExit(1 if any(check.verdict == "bad" for check in checks) else 0)
