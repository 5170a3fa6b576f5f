"""workbench compare"""

from __future__ import annotations

from dataclasses import asdict

import click

from workbench.cli._session import Command, Session
from workbench.cli._table import table
from workbench.cli.bench import interval
from workbench.errors import UsageError
from workbench.store import Store
from workbench.views.bench import RunRow, items_in_order
from workbench.views.compare import Comparison, compare
from workbench.views.compare_models import Baseline, ModelComparison, TaskRow, compare_models


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
        if first.isdigit() and second.isdigit():
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
        f"{row.task} ({found.metric}, n {found.n:,})", interval(found.first.accuracy), interval(found.second.accuracy),
        signed(paired.difference.estimate, paired.difference.low, paired.difference.high),
        f"{paired.gained:,} {paired.lost:,}", f"{paired.p:.3f}", f"{row.adjusted:.3f}", f"{paired.detectable:.3f}",
        f"{seen(found.first)} {seen(found.second)}",
    )  # fmt: skip
    return [head, *(_baseline(one) for one in row.baselines)]


def _baseline(one: Baseline) -> tuple[object, ...]:
    above = [signed(side.estimate, side.low, side.high) for side in (one.first, one.second)]
    return (f"  above {one.name} ({one.value.estimate:.3f})", *above, "", "", "", "", "", "")


def signed(estimate: float, low: float, high: float) -> str:
    """`+.020 [-.080, +.120]`, a dash for NaN."""
    if estimate != estimate:
        return "–"
    return f"{estimate:+.3f}" if low != low else f"{estimate:+.3f} [{low:+.3f}, {high:+.3f}]"


def seen(row: RunRow) -> str:
    """Items that the model was trained on; a dash where that is not known."""
    return "–" if row.contaminated is None else f"{row.contaminated:,}"


def _run_lines(found: Comparison) -> list[str]:
    paired = found.paired
    rows: list[tuple[object, ...]] = [
        ("task", f"{found.first.task}, {found.metric}"),
        *((f"run {one.id}", f"{one.model}, {one.variant}: {interval(one.accuracy)}") for one in
          (found.first, found.second)),
        ("items", found.n),
        ("seen in training", f"{seen(found.first)} {seen(found.second)}"),
        ("difference [95 %]", interval(paired.difference)),
        ("wrong -> right", paired.gained),
        ("right -> wrong", paired.lost),
        (f"{found.test} p", f"{paired.p:.4f}"),
        ("smallest detectable", f"{paired.detectable:.3f}"),
        ("verdict", found.verdict),
    ]  # fmt: skip
    return [table(("", ""), rows).lstrip("\n"), *(f"! {one}" for one in found.warnings)]
