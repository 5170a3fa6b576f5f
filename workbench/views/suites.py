"""Suites x models: the newest finished clean run of every model on every task, and the mean of each suite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isnan, sqrt

from workbench.statistics.mean import Interval
from workbench.store import Store, runs
from workbench.tasks import groups
from workbench.tasks import suites as task_suites
from workbench.tasks.groups import Group
from workbench.tasks.main_metric import METRIC
from workbench.views.bench import RunRow, run_rows

OTHER = "other tasks"
Values = tuple[Interval | None, ...]
"""One a model; None where it has none."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task: the newest finished run of each model, or its newest one; None where a model has none.

    `group` is the one through which the task stands in its suite.
    """

    task: str
    runs: tuple[RunRow | None, ...]
    group: str | None = None

    @property
    def alike(self) -> bool:
        """Whether all of its runs are on one version of the task, with the same items and prompts."""
        return len({run.task_id for run in self.runs if run}) <= 1


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group of tasks. `scores` are lm-eval's own means over its `tasks`, of the models that finished every one."""

    name: str
    metric: str
    tasks: tuple[str, ...]
    scores: Values


@dataclass(frozen=True, slots=True)
class SuiteLines:
    """`means`: of each model its mean accuracy over what is `compared`; None without.

    Compared are the tasks that every model has finished, asked alike; a group counts as one of them, with its score.
    A task stands in every suite that names it, or a group of it; the tasks of a group follow each other.
    """

    name: str
    tasks: tuple[TaskLine, ...]
    groups: tuple[GroupLine, ...]
    compared: int
    means: Values


@dataclass(frozen=True, slots=True)
class SuiteTable:
    """`models` by their newest run, which comes first; `runs` are all clean runs, newest first."""

    models: tuple[str, ...]
    suites: tuple[SuiteLines, ...]
    runs: tuple[RunRow, ...]

    def suite(self, name: str) -> SuiteLines | None:
        return next((suite for suite in self.suites if suite.name == name), None)

    def line(self, suite: str, task: str) -> TaskLine | None:
        found = self.suite(suite)
        return next((line for line in found.tasks if line.task == task), None) if found else None


def suite_table(store: Store, known: Sequence[RunRow] = ()) -> SuiteTable:
    """`known` are rows of an earlier look, as for run_rows."""
    rows = run_rows(store, clean_only=True, known=known)
    models = tuple(dict.fromkeys(row.model for row in rows))
    chosen: dict[tuple[str, str], RunRow] = {}
    for row in sorted(rows, key=lambda row: not row.finished):  # the finished ones first, each newest first
        chosen.setdefault((row.task, row.model), row)
    lines = {
        task: TaskLine(task, tuple(chosen.get((task, model)) for model in models))
        for task in sorted({row.task for row in rows})
    }
    return SuiteTable(models, tuple(_suites(lines, runs.grouped(store))), tuple(rows))


def _suites(lines: Mapping[str, TaskLine], measured: Iterable[str]) -> list[SuiteLines]:
    """`measured` are the groups that were run under their own name."""
    found = [_suite(suite.name, suite.tasks, lines) for suite in task_suites.suites()] if lines else []
    named = {line.task for suite in found for line in suite.tasks}
    left = {task: line for task, line in lines.items() if task not in named}
    shown = [suite for suite in found if suite.tasks]
    return [*shown, _suite(OTHER, (*measured, *left), left)] if left else shown


def _suite(name: str, members: Iterable[str], lines: Mapping[str, TaskLine]) -> SuiteLines:
    """`members`: names of tasks and groups."""
    tasks: dict[str, TaskLine] = {}
    scored: list[GroupLine] = []
    known: list[Values] = []  # of what may be compared
    for member in members:
        group = None if member in lines else _group(member)
        its = [line for task in (group.tasks if group else (member,)) if (line := lines.get(task))]
        new = [TaskLine(line.task, line.runs, group.name if group else None) for line in its if line.task not in tasks]
        if not new:
            continue
        tasks |= {line.task: line for line in new}
        values = tuple(_accuracy(run) for run in new[0].runs)
        if group:
            scored.append(_scored(group, its))
            values = scored[-1].scores if scored[-1].metric == METRIC else (None,)
        if all(line.alike for line in its):
            known.append(values)
    compared = [[value for value in values if value] for values in known if all(values)]
    models = len(next(iter(lines.values())).runs) if lines else 0
    means = tuple(_mean([values[at] for values in compared]) for at in range(models))
    return SuiteLines(name, tuple(tasks.values()), tuple(scored), len(compared), means)


@cache
def _group(name: str) -> Group | None:
    """A group never changes while the program runs, and reading it takes long."""
    return groups.group(name)


def _scored(group: Group, lines: Sequence[TaskLine]) -> GroupLine:
    metric = group.averaged[0][0] if group.averaged else ""
    scores = tuple(_score(group, metric, runs_of) for runs_of in zip(*(line.runs for line in lines), strict=True))
    return GroupLine(group.name, metric, group.tasks, scores)


def _score(group: Group, metric: str, its: Sequence[RunRow | None]) -> Interval | None:
    """Of one model; None unless it has finished every task of the group by that metric."""
    done = {
        run.task: {metric: {"value": run.accuracy.estimate, "low": run.accuracy.low, "high": run.accuracy.high,
                            "n": run.accuracy.n}}
        for run in its if run and run.accuracy and run.metric.partition(",")[0] == metric
    }  # fmt: skip
    if set(done) != set(group.tasks):
        return None
    found = groups.scores(group, done)[metric]
    return Interval(found["value"], found["low"], found["high"], found["n"])


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
