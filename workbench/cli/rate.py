"""workbench rate"""

from __future__ import annotations

import click

from workbench.cli._session import Command, Session
from workbench.cli._table import table
from workbench.cli._terminal import open_terminal, rater_name
from workbench.views.batches import batch_rows


@click.command(cls=Command)
@click.option("--rater", metavar="NAME", help="Who rates (default: $WORKBENCH_RATER, else the login name).")
@click.option("--batch", type=int, help="Which batch (default: the newest with answers left).")
@click.option("--list", "list_only", is_flag=True, help="List the batches and how far you are, and return.")
@click.pass_obj
def command(session: Session, rater: str | None, batch: int | None, list_only: bool) -> None:
    """Rate answers 1 to 5 with the keyboard; --json or --list shows the batches instead."""
    name = rater or rater_name()
    if not (list_only or session.as_json):
        raise SystemExit(open_terminal(session.workspace, name, "rate", batch))
    with session.store() as store:
        rows = batch_rows(store, name)
    shown = [
        (row.id, row.name, row.rubric, row.answers, row.judged, ", ".join(row.models) or "hidden until done")
        for row in rows
    ]
    session.answer(rows, table(("batch", "name", "rubric", "answers", "judged", "models"), shown))
