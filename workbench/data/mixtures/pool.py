"""The rows of a data set that may be trained on, found again by their place in the file: none is kept in memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.data import files, splits
from workbench.data._bytes import opened
from workbench.data.files import Row
from workbench.data.layouts import Layout
from workbench.data.splits import Split
from workbench.errors import DataError

_ROWS_A_LOOK = 1000

Look = Callable[[str], None]  # hears the name of what is read and may raise to end it


@dataclass(frozen=True, slots=True)
class Given:
    """A data set as the catalog keeps it: a row of `layout` a line. `fingerprint` is the SHA-256 of the file."""

    name: str
    path: Path
    layout: Layout
    split: Split
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Pool:
    """`held_out` rows of the set are left out; `numbers` are the others' places among its rows, from 1."""

    given: Given
    held_out: int
    numbers: array[int] = field(repr=False)
    starts: array[int] = field(repr=False)

    def __len__(self) -> int:
        return len(self.starts)

    def row(self, at: int) -> Row:
        """The row at a place in the pool, from 0."""
        with opened(self.given.path) as file:
            file.seek(self.starts[at])
            return files.json_line(file.readline().decode("utf-8"), self.place(at))

    def place(self, at: int) -> str:
        """What messages call the row."""
        return f"{self.given.name}, row {self.numbers[at]}"


def pools(sets: Sequence[Given], look: Look) -> list[Pool]:
    """The rows of each set to train on; DataError for a set that has none.

    What one set holds out for evaluation is left out of all, so that it cannot come in through another.
    """
    held_out = {
        splits.family_hash(given.layout, row, None, place)
        for given in sets
        if given.split.eval_share
        for _, row, place, out in _rows(given, look)
        if out
    }
    return [_pool(given, held_out, look) for given in sets]


def _pool(given: Given, held_out: set[str], look: Look) -> Pool:
    numbers, starts, left_out = array("Q"), array("Q"), 0
    for number, (start, row, place, out) in enumerate(_rows(given, look), 1):
        if out or (held_out and splits.family_hash(given.layout, row, None, place) in held_out):
            left_out += 1
        else:
            numbers.append(number)
            starts.append(start)
    if not starts:
        raise DataError(
            f"Every row of {given.name} is for evaluation only.", "Leave it out, or import it with less held out."
        )
    return Pool(given, left_out, numbers, starts)


def _rows(given: Given, look: Look) -> Iterator[tuple[int, Row, str, bool]]:
    """Where each row begins, the row, what to call it, and whether its own set holds it out."""
    start = 0
    for number, (row, end) in enumerate(files.stream(given.path), 1):
        if number % _ROWS_A_LOOK == 1:
            look(given.name)
        place = f"{given.name}, row {number}"
        yield start, row, place, splits.evaluation_only(given.layout, row, given.split, place)
        start = end
