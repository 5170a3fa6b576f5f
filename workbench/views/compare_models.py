"""Two models on every task that both have been measured on: one comparison a task, corrected for their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan

from workbench.bias.probes import PREFIX
from workbench.errors import UsageError
from workbench.statistics.multiplicity import holm
from workbench.store import Store, models, runs
from workbench.store.runs import Run
from workbench.text import plural
from workbench.views.compare import Comparison, compare, refusal, verdict
from workbench.views.signs import Sign, seen, sign


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task: the newest runs of both that were asked the same, or why there are none.

    `adjusted` is p after Holm over the tasks that were compared, NaN where there is none; the verdict goes by it.
    """

    task: str
    found: Comparison | None
    adjusted: float
    verdict: str

    @property
    def sign(self) -> Sign:
        return sign(self.found.paired, self.adjusted, self.found.better) if self.found else ""


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
    tested = sum(not isnan(p) for p in adjusted)
    judged = tuple(_judged(row, p, tested) for row, p in zip(rows, adjusted, strict=True))
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
    return TaskRow(task, found, nan, found.verdict)


def _newest(before: Sequence[Run], after: Sequence[Run]) -> Iterator[tuple[Run, Run]]:
    """Pairs of runs of one version of the task, those of the newest runs first; without any, the newest two."""
    same = [(one, other) for one in before for other in after if one.task_id == other.task_id]
    yield from sorted(same, key=lambda pair: -min(pair[0].id, pair[1].id))


def _judged(row: TaskRow, p: float, tasks: int) -> TaskRow:
    if row.found is None:
        return row
    after = f" after Holm over {tasks} tasks" if tasks > 1 else ""
    return replace(row, adjusted=p, verdict=verdict(row.found, p, after))


def _together(second: str, rows: Sequence[TaskRow]) -> str:
    """In words, over all tasks."""
    told = [row for row in rows if row.found and seen(row.found.paired, row.adjusted)]
    better = [row.task for row in told if row.found and row.found.better]
    worse = [row.task for row in told if row.task not in better]
    parts = [f"{word} on {', '.join(its)}" for word, its in (("better", better), ("worse", worse)) if its]
    tested = sum(not isnan(row.adjusted) for row in rows)
    left = f" {len(rows) - tested} could not be compared." if tested < len(rows) else ""
    if not tested:
        return f"Nothing can be said on any of {plural(len(rows), 'task')}."
    if not parts:
        return f"No difference can be seen on any of {plural(tested, 'task')}.{left}"
    return f"{second} is {' and '.join(parts)}, of {plural(tested, 'task')}.{left}"
