"""What `rate` and `versus` share: which batch, for whom, and what can be set on the way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import click

from workbench.cli._batch_table import batch_table, rater_option
from workbench.cli._session import Session
from workbench.cli._terminal import open_terminal, rater_name
from workbench.errors import UsageError
from workbench.store import Store, settings
from workbench.views.batches import open_batch, paced_rows

Start = Literal["rate", "versus"]
_OPTIONS = (
    rater_option,
    click.option("--batch", type=int, help="Which batch (default: the newest with something left)."),
    click.option("--rubric", metavar="NAME", help="The newest batch on this rubric."),
    click.option(
        "--break-after", type=click.FloatRange(min=0), metavar="MINUTES",
        help="From now on, remind of a break after so long (0: never); kept for this rater.",
    ),
    click.option("--kiosk", is_flag=True, help="Judge and nothing else: for a forced SSH command."),
    click.option("--list", "list_only", is_flag=True, help="List the batches and how far you are, and return."),
)  # fmt: skip


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of both commands."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def judge(
    session: Session, start: Start, rater: str | None, batch: int | None, rubric: str | None,
    break_after: float | None, kiosk: bool, list_only: bool,
) -> None:  # fmt: skip
    """Open the terminal on a batch, or list the batches of this command."""
    if batch is not None and rubric is not None:
        raise UsageError("--batch and --rubric do not go together: a batch has its rubric.", "Leave one of them out.")
    name = rater or rater_name()
    if break_after is not None:
        with session.store() as store:
            settings.put(store, settings.of_rater(settings.BREAK_MINUTES, name), f"{break_after:g}")
    if list_only or session.as_json:
        with session.store() as store:
            rows = [row for row in paced_rows(store, name) if row.command == start]
        session.answer(rows, batch_table(rows))
        return
    if rubric is not None and batch is None:
        with session.store() as store:
            batch = _newest(store, name, start, rubric)
    raise SystemExit(open_terminal(session.workspace, name, start, batch, kiosk))


def _newest(store: Store, name: str, start: Start, rubric: str) -> int:
    found = open_batch(store, name, start, rubric)
    if found is None:
        raise UsageError(f"No open batch on the rubric {rubric} is left to {name}.", f"See: workbench {start} --list.")
    return found.id
