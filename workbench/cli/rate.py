"""workbench rate"""

from __future__ import annotations

from typing import Any

import click

from workbench.cli import _judge
from workbench.cli._session import Command, Session


@click.command(cls=Command)
@_judge.options
@click.pass_obj
def command(session: Session, /, **given: Any) -> None:
    """Rate answers 1 to 5 with the keyboard; --json or --list shows the batches instead."""
    _judge.judge(session, "rate", **given)
