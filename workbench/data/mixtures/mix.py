"""A spec and its data sets in, rows in their order out: one at a time, for a preview, a count or a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from workbench.data import formats
from workbench.data.files import Row
from workbench.data.layouts import COLUMNS, Layout
from workbench.data.mixtures import shares, templates
from workbench.data.mixtures.order import Draw, Order
from workbench.data.mixtures.pool import Given, Look, pools
from workbench.data.mixtures.spec import Mixture
from workbench.data.mixtures.tasks import Task
from workbench.errors import DataError

_ROWS_A_LOOK = 1000


@dataclass(frozen=True, slots=True)
class TaskCount:
    """`rows` of the mixture, `share` of it (0..1), come from `size` rows that may be trained on.

    `held_out` rows of the set are for evaluation only. `times` is how often a row comes on average: below 1, not all
    come.
    """

    task: str
    data: str
    size: int
    held_out: int
    rows: int
    share: float
    times: float


class Mixed:
    """The rows of a mixture. Its layout is that of its sets where they have one and nothing changes it.

    It is completions otherwise.
    """

    def __init__(self, mixture: Mixture, tasks: Sequence[Task], look: Look) -> None:
        self._tasks = tasks
        self._look = look
        self._converted = any(one.converts for one in tasks) or len({one.pool.given.layout for one in tasks}) > 1
        self.layout: Layout = _common(tasks) if self._converted else tasks[0].pool.given.layout
        for one in tasks if self._converted else ():
            one.check()
        sizes = [len(one.pool) for one in tasks]
        numbers = shares.counts(mixture, sizes)
        self.counts = tuple(_count(one, rows, sum(numbers)) for one, rows in zip(tasks, numbers, strict=True))
        self._order = Order([one.part.task for one in tasks], sizes, numbers, mixture.seed)
        if mixture.order != "shuffled":
            key = self._length if mixture.order == "length" else _Column(mixture.column or "", tasks)
            self._order.sort(_watched(key, look, mixture.order), mixture.reverse)

    def __len__(self) -> int:
        return len(self._order)

    def rows(self, most: int | None = None) -> Iterator[Row]:
        """The first rows in their order (None: all), each with its `task`, `source` and `source_row`."""
        for at in range(len(self) if most is None else min(most, len(self))):
            if at % _ROWS_A_LOOK == 0:
                self._look("rows")
            yield self._row(self._order[at])

    def _row(self, draw: Draw) -> Row:
        return self._tasks[draw.part].row(draw, self._converted)

    def _length(self, draw: Draw) -> int:
        """Characters of what is asked and answered, as the mixture words it."""
        row = self._row(draw)
        return sum(_characters(row[column]) for column in COLUMNS[self.layout] if column in row)


def mix(mixture: Mixture, sets: Sequence[Given], look: Look) -> Mixed:
    """The mixture of `sets`, one a part in its order, once `spec.check` has nothing against it.

    `look` hears what is read, and may raise to end it. DataError or UsageError for what cannot be mixed, with set, row,
    column or key, and what to do.
    """
    wordings = [part.templates and templates.load(part.templates) for part in mixture.parts]
    tasks = [
        Task(part, pool, wording or None, mixture.seed)
        for part, pool, wording in zip(mixture.parts, pools(sets, look), wordings, strict=True)
    ]
    return Mixed(mixture, tasks, look)


def _common(tasks: Sequence[Task]) -> Layout:
    """completions; DataError naming a set whose rows cannot become prompts with answers."""
    for one in tasks:
        if not one.has_answers:
            given = one.pool.given
            others = sorted({other.pool.given.layout for other in tasks} - {given.layout})
            beside = f" beside {' and '.join(others)}" if others else " as prompts with answers"
            raise DataError(
                f"{given.name} holds {given.layout}, which cannot be mixed{beside}.",
                f"Mix sets of one layout, or of {', '.join(formats.ANSWERED)}; templates make an answer of a column.",
            )
    return "completions"


def _count(task: Task, rows: int, total: int) -> TaskCount:
    size = len(task.pool)
    given = task.pool.given
    return TaskCount(task.part.task, given.name, size, task.pool.held_out, rows, rows / total, rows / size)


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(map(_characters, value))
    return len(value["content"]) if isinstance(value, dict) else 0


def _watched(key: Callable[[Draw], Any], look: Look, what: str) -> Callable[[Draw], Any]:
    seen = count()

    def watched(draw: Draw) -> Any:
        if next(seen) % _ROWS_A_LOOK == 0:
            look(what)
        return key(draw)

    return watched


class _Column:
    """The value of a column, by which rows are ordered: all numbers, or all texts."""

    def __init__(self, column: str, tasks: Sequence[Task]) -> None:
        self._column = column
        self._tasks = tasks
        self._first: tuple[bool, str] | None = None

    def __call__(self, draw: Draw) -> Any:
        task = self._tasks[draw.part]
        row, place = task.stored(draw), task.pool.place(draw.row)
        value = row.get(self._column)
        if not isinstance(value, str | int | float):
            raise DataError(
                f"{place}: the column {self._column!r}, which orders the rows, "
                f"{'is missing' if value is None else 'is neither a number nor text'}.",
                f"It has {', '.join(row)}. Fill it in, or name another order.",
            )
        self._first = self._first or (isinstance(value, str), place)
        if self._first[0] != isinstance(value, str):
            raise DataError(
                f"{place}: the column {self._column!r} holds {value!r}, but "
                f"{'text' if self._first[0] else 'a number'} in {self._first[1]}.",
                "Rows are ordered by numbers or by texts, not by both.",
            )
        return value
