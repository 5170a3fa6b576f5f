"""workbench events"""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli._session import Group, Session
from workbench.store.event_import import take_up
from workbench.text import plural


@click.group(cls=Group)
def command() -> None:
    """Take up the judgments of another workspace, which `export events` writes."""


@command.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_obj
def import_(session: Session, path: Path) -> None:
    """Enter an event log: whole or not at all, and once however often."""
    with session.store() as store:
        taken = take_up(store, path.expanduser())
    known = f"; {plural(taken.rows - taken.added, 'row')} were here" if taken.added < taken.rows else ""
    session.answer(taken, f"{plural(taken.judgments, 'judgment')} in {plural(taken.added, 'new row')}{known}")
