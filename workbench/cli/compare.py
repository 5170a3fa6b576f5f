"""workbench compare"""

from __future__ import annotations

from dataclasses import asdict

import click

from workbench.cli._session import Command, Session
from workbench.cli._table import table
from workbench.errors import UsageError
from workbench.store import Store
from workbench.tui import figures
from workbench.views.baselines import Baseline
from workbench.views.bench import RunRow, items_in_order
from workbench.views.compare import Comparison, compare
from workbench.views.compare_models import ModelComparison, TaskRow, compare_models


@click.command(cls=Command)
@click.argument("first", metavar="MODEL|RUN")
@click.argument("second", metavar="MODEL|RUN")
@click.option("--task", help="Of two models: this task only, with the items that changed.")
@click.pass_obj
def command(session: Session, first: str, second: str, task: str | None) -> None:
    """Two models on every task that both were measured on, or two runs: paired differences, tests and flips.

    The first is the baseline. p is corrected (Holm) for the number of tasks.
    """
    with session.store() as store:
        if first.isdecimal() and second.isdecimal():
            if task is not None:
                raise UsageError("Two runs are of one task already.", "Leave --task out, or name two models.")
            _answer_runs(session, store, compare(store, int(first), int(second)))
        else:
            _answer_models(session, store, compare_models(store, first, second, task), task is not None)


def _answer_runs(session: Session, store: Store, found: Comparison) -> None:
    flipped = items_in_order(store, found.second.id, found.flipped)
    session.answer(asdict(found) | {"flipped": flipped}, "\n".join(_run_lines(found)))


def _answer_models(session: Session, store: Store, found: ModelComparison, alone: bool) -> None:
    (only, *_) = found.tasks
    if alone and only.found:
        _answer_runs(session, store, only.found)
        return
    measured = [row for row in found.tasks if row.found]
    rows = [line for row in measured for line in _lines(row)]
    headings = ("task", found.first, found.second, "difference [95 %]", "flips + -", "p", "Holm", "detectable", "seen")
    missing = [f"only {name}: {', '.join(its)}" for name, its in
               ((found.first, found.only_first), (found.second, found.only_second)) if its]  # fmt: skip
    verdicts = [f"{row.task}: {row.verdict}" for row in found.tasks]
    warnings = [f"! {row.task}: {one}" for row in measured for one in (row.found.warnings if row.found else ())]
    session.answer(found, "\n".join([table(headings, rows), "", *verdicts, *warnings, *missing, "", found.verdict]))


def _lines(row: TaskRow) -> list[tuple[object, ...]]:
    """A task, and its baselines below it."""
    found = row.found
    assert found is not None
    paired = found.paired
    head = (
        f"{row.task} ({found.metric}, n {found.n:,})", *(figures.interval(one.accuracy, 3) for one in _both(found)),
        figures.difference(paired.difference), f"{paired.gained:,} {paired.lost:,}", figures.ratio(paired.p),
        figures.ratio(row.adjusted), figures.ratio(paired.detectable), _seen(found),
    )  # fmt: skip
    return [head, *(_baseline(one) for one in found.baselines)]


def _baseline(one: Baseline) -> tuple[object, ...]:
    above = [figures.difference(side) for side in (one.first, one.second)]
    return (f"  above {one.name} ({one.value.estimate:.3f})", *above, "", "", "", "", "", "")


def _both(found: Comparison) -> tuple[RunRow, RunRow]:
    return found.first, found.second


def _seen(found: Comparison) -> str:
    """Items that each model was trained on; a dash where that is not known."""
    return " ".join(figures.number(one.contaminated) for one in _both(found))


def _run_lines(found: Comparison) -> list[str]:
    paired = found.paired
    rows: list[tuple[object, ...]] = [
        ("task", f"{found.first.task}, {found.metric}"),
        *((f"run {one.id}", f"{one.model}, {one.variant}: {figures.interval(one.accuracy, 3)}") for one in
          _both(found)),
        ("items", found.n),
        ("seen in training", _seen(found)),
        ("difference [95 %]", figures.difference(paired.difference)),
        ("wrong -> right", paired.gained),
        ("right -> wrong", paired.lost),
        (f"{found.test} p", f"{paired.p:.4f}") if found.test != "not paired" else ("p", f"none: {found.test}"),
        ("smallest detectable", figures.ratio(paired.detectable)),
        *((f"above {one.name} ({one.value.estimate:.3f})",
           " and ".join(figures.difference(side) for side in (one.first, one.second))) for one in found.baselines),
    ]  # fmt: skip
    return [table(("", ""), rows).lstrip("\n"), found.verdict, *(f"! {one}" for one in found.warnings)]
