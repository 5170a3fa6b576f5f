"""Which rows of each part are drawn, and in what order they stand; from the seed alone.

Everything is sorted by random(), the one generator that Python promises to keep the same between its versions.
"""

from __future__ import annotations

import random
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from workbench.spec import derived_seed


class Draw(NamedTuple):
    """A row of a part: both count from 0; `time` 0 is the first time that the row comes, 1 the second."""

    part: int
    row: int
    time: int


def shuffled(count: int, *seed: object) -> list[int]:
    """0 .. count-1 in an order that depends on the parts of the seed alone."""
    rng = random.Random(derived_seed(*seed))
    keys = [rng.random() for _ in range(count)]
    return sorted(range(count), key=keys.__getitem__)


def drawn(size: int, count: int, *seed: object) -> array[int]:
    """`count` rows of `size`: none comes a second time before all have come once."""
    found = array("Q")
    for time in range(-(-count // size)):
        found.extend(shuffled(size, *seed, time)[: count - time * size])
    return found


class Order:
    """The draws of a mixture in their order; held as numbers, so that millions of rows fit the memory."""

    def __init__(self, tasks: Sequence[str], sizes: Sequence[int], counts: Sequence[int], seed: int) -> None:
        self._sizes = sizes
        self._ends = list(accumulate(counts))
        self._rows = [
            drawn(size, count, seed, "draw", task) for task, size, count in zip(tasks, sizes, counts, strict=True)
        ]
        self._places = array("Q", shuffled(sum(counts), seed, "order"))

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, at: int) -> Draw:
        return self._draw(self._places[at])

    def sort(self, key: Callable[[Draw], Any], reverse: bool) -> None:
        """By a key of the rows; those with equal keys stay shuffled."""
        self._places = array("Q", sorted(self._places, key=lambda place: key(self._draw(place)), reverse=reverse))

    def _draw(self, place: int) -> Draw:
        part = bisect_right(self._ends, place)
        within = place - (self._ends[part - 1] if part else 0)
        return Draw(part, self._rows[part][within], within // self._sizes[part])
