"""workbench doctor"""

from __future__ import annotations

import click

from workbench.cli._session import Command, Session
from workbench.store.repair import Repair
from workbench.store.repair import repair as put_right
from workbench.text import plural
from workbench.views.doctor import doctor

_SIGNS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


@click.command(cls=Command)
@click.option("--repair", is_flag=True, help="First make the ratings and comparisons again from the events.")
@click.pass_obj
def command(session: Session, repair: bool) -> None:
    """Check the database, the places, the processes and the software."""
    with session.store() as store:
        repaired = put_right(store) if repair else None
        checks = doctor(store)
    lines = [f"{_SIGNS[check.verdict]}  {check.name:<12}{check.text}" for check in checks]
    if repaired:
        session.answer({"repair": repaired, "checks": checks}, "\n".join([*_words(repaired), "", *lines]))
    else:
        session.answer(checks, "\n".join(lines))
    raise SystemExit(1 if any(check.verdict == "bad" for check in checks) else 0)


def _words(done: Repair) -> list[str]:
    if done.backup is None:
        return ["The events say what the tables show: nothing was changed."]
    return [
        *(f"{plural(rows, 'row')} of {name} differed; made again" for name, rows in done.differed.items() if rows),
        *(f"  {one}" for one in done.examples),
        *(f"put back: {name}" for name in done.guards),
        f"as it was before: {done.backup}",
    ]
