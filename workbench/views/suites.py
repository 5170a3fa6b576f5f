"""Suites x models: the newest clean run of every model on every task, and the mean of each suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, sqrt

from workbench.statistics.mean import Interval
from workbench.store import Store
from workbench.tasks import suites as task_suites
from workbench.tasks.main_metric import METRIC
from workbench.views.bench import RunRow, run_rows

OTHER = "other tasks"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task: the newest run of each model, finished or not; None where a model has none."""

    task: str
    runs: tuple[RunRow | None, ...]


@dataclass(frozen=True, slots=True)
class SuiteLines:
    """`means`: of each model its mean accuracy over the `compared` tasks that every model has finished; None without.

    A task stands in the first suite that names it.
    """

    name: str
    tasks: tuple[TaskLine, ...]
    compared: int
    means: tuple[Interval | None, ...]


@dataclass(frozen=True, slots=True)
class SuiteTable:
    """`models` by their newest run, which comes first; `runs` are all clean runs, newest first."""

    models: tuple[str, ...]
    suites: tuple[SuiteLines, ...]
    runs: tuple[RunRow, ...]

    def line(self, task: str) -> TaskLine | None:
        return next((line for suite in self.suites for line in suite.tasks if line.task == task), None)


def suite_table(store: Store, known: Sequence[RunRow] = ()) -> SuiteTable:
    """`known` are rows of an earlier look, as for run_rows."""
    rows = run_rows(store, clean_only=True, known=known)
    models = tuple(dict.fromkeys(row.model for row in rows))
    newest: dict[tuple[str, str], RunRow] = {}
    for row in rows:
        newest.setdefault((row.task, row.model), row)
    lines = {
        task: TaskLine(task, tuple(newest.get((task, model)) for model in models))
        for task in sorted({row.task for row in rows})
    }
    return SuiteTable(models, tuple(_suites(lines, len(models))), tuple(rows))


def _suites(lines: dict[str, TaskLine], models: int) -> list[SuiteLines]:
    named = [(suite.name, suite.tasks) for suite in task_suites.suites()]
    found, left = [], dict(lines)
    for name, tasks in [*named, (OTHER, tuple(lines))]:
        mine = [left.pop(task) for task in tasks if task in left]
        if mine:
            found.append(_suite(name, mine, models))
    return found


def _suite(name: str, lines: Sequence[TaskLine], models: int) -> SuiteLines:
    known = [[_accuracy(run) for run in line.runs] for line in lines]
    compared = [[value for value in values if value] for values in known if all(values)]
    means = [_mean([values[at] for values in compared]) for at in range(models)]
    return SuiteLines(name, tuple(lines), len(compared), tuple(means))


def _accuracy(run: RunRow | None) -> Interval | None:
    """With its interval; None where there is none, or another metric."""
    found = run.accuracy if run and run.metric == METRIC else None
    return found if found and not isnan(found.low) else None


def _mean(known: Sequence[Interval]) -> Interval | None:
    """Of independent values, each counting once."""
    if not known:
        return None
    middle = sum(one.estimate for one in known) / len(known)
    below = sqrt(sum((one.estimate - one.low) ** 2 for one in known)) / len(known)
    above = sqrt(sum((one.high - one.estimate) ** 2 for one in known)) / len(known)
    return Interval(middle, middle - below, middle + above, sum(one.n for one in known))
