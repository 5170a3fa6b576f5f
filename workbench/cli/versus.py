"""workbench versus"""

from __future__ import annotations

from typing import Any

import click

from workbench.cli import _judge
from workbench.cli._session import Command, Session


@click.command(cls=Command)
@_judge.options
@click.pass_obj
def command(session: Session, /, **given: Any) -> None:
    """Compare answers in pairs, one key each; --json or --list shows the batches instead."""
    _judge.judge(session, "versus", **given)
