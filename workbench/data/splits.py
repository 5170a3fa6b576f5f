"""Which rows are never trained on: a share drawn by hash, the same on every machine and whatever rows are added.

What decides is the hash of a row's family: what it asks (so rows that ask the same stay together, whatever they
answer), or the value of a column that a person named. The hash of a conversation is the one under which the store
keeps it as a prompt, so rows and prompts of one share are held out together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.data import formats
from workbench.data.files import Row
from workbench.data.formats import Table
from workbench.data.layouts import Layout
from workbench.errors import DataError
from workbench.spec import canonical_json, content_hash


@dataclass(frozen=True, slots=True)
class Split:
    """`eval_share`: the part of the families, 0..1, for evaluation only. `family`: a column (None: what is asked)."""

    eval_share: float = 0.0
    family: str | None = None


def of(card: Mapping[str, Any]) -> Split:
    """The split that a data set was imported with, from its card."""
    return Split(card.get("eval_share", 0.0), card.get("family"))


def held_out(hashed: str, share: float) -> bool:
    """The first 32 bits of a hash as a fraction: stable on every machine and when rows are added."""
    return int(hashed[:8], 16) / 2**32 < share


def evaluation_only(layout: Layout, row: Row, split: Split, place: str) -> bool:
    """Whether a row is for evaluation only; DataError if it lacks the column that names its family."""
    return split.eval_share > 0 and held_out(family_hash(layout, row, split.family, place), split.eval_share)


def training(table: Table, split: Split) -> Table:
    """The rows that may be trained on."""
    held_out = held_out_rows(table, split)
    return Table(table.layout, [row for row, out in zip(table.rows, held_out, strict=True) if not out], table.source)


def evaluation(table: Table, split: Split) -> Table:
    """The rows that no training learns from."""
    held_out = held_out_rows(table, split)
    return Table(table.layout, [row for row, out in zip(table.rows, held_out, strict=True) if out], table.source)


def held_out_rows(table: Table, split: Split) -> list[bool]:
    """For each row, whether it is for evaluation only."""
    return [
        evaluation_only(table.layout, row, split, f"{table.source}, row {number}")
        for number, row in enumerate(table.rows, 1)
    ]


def family_hash(layout: Layout, row: Row, column: str | None, place: str) -> str:
    """What decides of a row: the hash of its family, which is the value of `column`, or what the row asks (None)."""
    return content_hash(_family(layout, row, column, place))


def _family(layout: Layout, row: Row, column: str | None, place: str) -> str:
    if column is not None:
        if row.get(column) is None:
            raise DataError(
                f"{place}: the column {column!r} is missing, which names the row's family.",
                "Fill it in, or leave --family away: rows that ask the same stay together.",
            )
        return canonical_json(row[column])
    return canonical_json([{"role": turn.role, "content": turn.content} for turn in _asked(layout, row, place)])


def _asked(layout: Layout, row: Row, place: str) -> tuple[formats.Message, ...]:
    if layout == "messages" and all(message["role"] != "user" for message in row["messages"]):
        return tuple(formats.Message("system", message["content"]) for message in row["messages"])
    return formats.asked(layout, row, place)
