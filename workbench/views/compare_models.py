"""Two models on every task that both have been measured on: one comparison a task, corrected for their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import nan

from workbench.bias.probes import PREFIX
from workbench.errors import UsageError
from workbench.statistics.mean import Interval
from workbench.statistics.multiplicity import holm
from workbench.statistics.paired import paired_counts
from workbench.statistics.proportion import wilson
from workbench.store import Store, models, outcomes, runs, simple_classifier
from workbench.store.runs import Run
from workbench.tasks.main_metric import METRIC
from workbench.text import plural
from workbench.views.compare import SIGNIFICANT, Comparison, compare, refusal, verdict


@dataclass(frozen=True, slots=True)
class Baseline:
    """What no language model is needed for. `first` and `second`: what each model is above it, with the interval.

    `value` of guessing is exact: its bounds are the value itself. TF-IDF with logistic regression is cross-validated on
    the same items, and paired with each model item by item.
    """

    name: str
    value: Interval
    first: Interval
    second: Interval


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task: the newest runs of both that were asked the same, or why there are none.

    `adjusted` is p after Holm over the tasks that were compared, NaN where there is none; the verdict goes by it.
    """

    task: str
    found: Comparison | None
    adjusted: float
    verdict: str
    baselines: tuple[Baseline, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """`tasks` in the order of their names. `only_first` and `only_second`: tasks that one of them was measured on."""

    first: str
    second: str
    tasks: tuple[TaskRow, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    verdict: str


def compare_models(store: Store, first: str, second: str, task: str | None = None) -> ModelComparison:
    """On the clean items; `task`: on this one only. UsageError without a task that both were measured on."""
    before, after = (_finished(store, name) for name in (first, second))
    shared = sorted(name for name in before if name in after and task in (None, name))
    if not shared:
        which = task or "one task"
        raise UsageError(
            f"{first} and {second} have no finished runs of {which} in common.",
            f"Measure both: workbench bench run --model MODEL --task {task or 'TASK'}",
        )
    rows = [_row(store, name, before[name], after[name]) for name in shared]
    adjusted = holm([row.found.paired.p if row.found else nan for row in rows])
    judged = tuple(_judged(row, p, len(rows)) for row, p in zip(rows, adjusted, strict=True))
    return ModelComparison(
        first, second, judged, tuple(sorted(before.keys() - after)), tuple(sorted(after.keys() - before)),
        _together(second, judged),
    )  # fmt: skip


def _finished(store: Store, model: str) -> dict[str, list[Run]]:
    """Task -> the finished clean runs of the model, newest first."""
    model_id, names = models.by_name(store, model).id, runs.task_names(store)
    found: dict[str, list[Run]] = {}
    for run in runs.all_runs(store):
        if run.model_id == model_id and run.finished_at and not run.variant:
            found.setdefault(names[run.task_id], []).append(run)
    return {name: its for name, its in found.items() if not name.startswith(PREFIX)}


def _row(store: Store, task: str, before: Sequence[Run], after: Sequence[Run]) -> TaskRow:
    pair = next((pair for pair in _newest(before, after) if refusal(store, *pair) is None), None)
    if pair is None:
        return TaskRow(task, None, nan, refusal(store, before[0], after[0]) or "")
    try:
        found = compare(store, pair[0].id, pair[1].id)
    except UsageError as error:
        return TaskRow(task, None, nan, str(error))
    return TaskRow(task, found, nan, found.verdict, tuple(_baselines(store, found, pair)))


def _newest(before: Sequence[Run], after: Sequence[Run]) -> Iterator[tuple[Run, Run]]:
    """Pairs of runs of one version of the task, those of the newest runs first; without any, the newest two."""
    same = [(one, other) for one in before for other in after if one.task_id == other.task_id]
    yield from sorted(same, key=lambda pair: -min(pair[0].id, pair[1].id))


def _baselines(store: Store, found: Comparison, pair: tuple[Run, Run]) -> Iterator[Baseline]:
    first, second = found.first, found.second
    if first.guess is not None and first.accuracy and second.accuracy:
        exact = Interval(first.guess, first.guess, first.guess, first.accuracy.n)
        yield Baseline("guessing", exact, *(_above(row.accuracy, first.guess) for row in (first, second)))
    told = simple_classifier.right(store, runs.task_hash(store, pair[0].task_id))
    if told is not None and first.metric == METRIC:
        counted = told[: found.n]
        yield Baseline("TF-IDF", wilson(sum(counted), len(counted)), *(_paired(store, run, counted) for run in pair))


def _paired(store: Store, run: Run, counted: Sequence[bool]) -> Interval:
    """What a run is above a classifier, item by item."""
    right = [one.score == 1 for one in outcomes.outcomes(store, run.id)]
    gained = sum(one and not other for one, other in zip(right, counted, strict=True))
    lost = sum(other and not one for one, other in zip(right, counted, strict=True))
    return paired_counts(len(right), sum(counted), gained, lost).difference


def _above(accuracy: Interval | None, known: float) -> Interval:
    """What an accuracy is above a value that is known exactly."""
    one = accuracy or Interval(nan, nan, nan, 0)
    return Interval(one.estimate - known, one.low - known, one.high - known, one.n)


def _judged(row: TaskRow, p: float, tasks: int) -> TaskRow:
    if row.found is None:
        return row
    after = f" after Holm over {tasks} tasks" if tasks > 1 else ""
    return replace(row, adjusted=p, verdict=verdict(row.found, p, after))


def _together(second: str, rows: Sequence[TaskRow]) -> str:
    """In words, over all tasks."""
    seen = [row for row in rows if row.found and row.adjusted < SIGNIFICANT]
    better = [row.task for row in seen if row.found and row.found.better]
    worse = [row.task for row in seen if row.task not in better]
    parts = [f"{word} on {', '.join(its)}" for word, its in (("better", better), ("worse", worse)) if its]
    refused = sum(row.found is None for row in rows)
    left = f" {refused} could not be compared." if refused else ""
    if not parts:
        return f"No difference can be seen on any of {plural(len(rows) - refused, 'task')}.{left}"
    return f"{second} is {' and '.join(parts)}, of {plural(len(rows) - refused, 'task')}.{left}"
