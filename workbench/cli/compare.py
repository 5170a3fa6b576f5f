"""workbench compare"""

from __future__ import annotations

import click

from workbench.cli._session import Command, Session
from workbench.cli._table import table
from workbench.cli.bench import interval
from workbench.views.bench import compare


@click.command(cls=Command)
@click.argument("first", type=int, metavar="RUN")
@click.argument("second", type=int, metavar="RUN")
@click.pass_obj
def command(session: Session, first: int, second: int) -> None:
    """Two runs on the same items: difference, interval, exact McNemar, flips, smallest detectable difference."""
    with session.store() as store:
        found = compare(store, first, second)
    rows = [
        ("task", found.first.task),
        (f"run {first}", f"{found.first.model}, {found.first.variant}: {interval(found.first.accuracy)}"),
        (f"run {second}", f"{found.second.model}, {found.second.variant}: {interval(found.second.accuracy)}"),
        ("items", found.n),
        ("difference [95 %]", interval(found.paired.difference)),
        ("wrong -> right", found.paired.gained),
        ("right -> wrong", found.paired.lost),
        ("exact McNemar p", f"{found.paired.p:.4f}"),
        ("smallest detectable", f"{found.paired.detectable:.3f}"),
        ("verdict", found.verdict),
    ]
    session.answer(found, table(("", ""), rows).lstrip("\n"))
