"""workbench bench"""

from __future__ import annotations

from math import isnan
from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.statistics.mean import Interval
from workbench.store import runs
from workbench.views.bench import RunRow, item_rows, run_row, run_rows


@click.group(cls=Group)
def command() -> None:
    """Measure models on benchmark tasks; every answer is kept."""


@command.command()
@_parameters.options("bench")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def run(session: Session, /, detach: bool, **given: Any) -> None:
    """One model on one task."""
    spec = _parameters.spec("bench", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            row = run_row(store, runs.by_id(store, job.result["run"]))
            session.answer({"job": job.id, "run": row}, _table([row]))


@command.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """All runs, newest first."""
    with session.store() as store:
        rows = run_rows(store)
    session.answer(rows, _table(rows))


@command.command()
@click.argument("run", type=int)
@click.option("--wrong", is_flag=True, help="Only items answered wrongly.")
@click.pass_obj
def show(session: Session, run: int, wrong: bool) -> None:
    """The items of a run: what was asked, the answer, and by how much."""
    with session.store() as store:
        rows = [row for row in item_rows(store, run) if not (wrong and row.correct)]
    shown = [
        (row.position, row.context, "right" if row.correct else "WRONG", _choice(row.choices, row.answer),
         _choice(row.choices, row.gold), row.margin)
        for row in rows
    ]  # fmt: skip
    session.answer(rows, table(("item", "asked", "", "answer", "gold", "margin"), shown))


def interval(value: Interval | None) -> str | None:
    """`.412 [.340, .488]`; without bounds, and `–`, where they and it are not known; None stays None."""
    if value is None:
        return None
    if isnan(value.estimate):
        return "–"
    estimate = f"{value.estimate:.3f}"
    return estimate if isnan(value.low) else f"{estimate} [{value.low:.3f}, {value.high:.3f}]"


def _table(rows: list[RunRow]) -> str:
    shown = [(row.id, row.model, row.task, row.variant, row.items, interval(row.accuracy), row.guess) for row in rows]
    return table(("run", "model", "task", "variant", "n", "acc [95 %]", "guess"), shown)


def _choice(choices: tuple[str, ...], at: int | None) -> str | None:
    return choices[at].strip() if at is not None else None
