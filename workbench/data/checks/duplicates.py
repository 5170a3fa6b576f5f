"""Rows that say the same as an earlier one, but for case and spaces."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.data.checks import MOST_EXAMPLES, Finding, Row, Rows, example
from workbench.data.checks._words import normalised


def findings(rows: Rows) -> Iterator[Finding]:
    """One finding; its number is the rows that could be removed without losing a text."""
    found = [(row, first) for row, first in pairs(rows) if first is not None]
    if not found:
        yield Finding("duplicates", 0, "note", "No row repeats another.")
        return
    yield Finding(
        "duplicates",
        len(found),
        "warning",
        f"Rows that repeat an earlier one word for word: {len(found):,} of {len(rows.rows):,}.",
        tuple(example(row, None, first) for row, first in found[:MOST_EXAMPLES]),
        "Keep one of each: repeated rows weigh more, and a copy in a held-out part makes its score too good.",
    )


def pairs(rows: Rows) -> Iterator[tuple[Row, Row | None]]:
    """Every row with the first row of the same words, None for that first row itself."""
    seen: dict[str, Row] = {}
    for row in rows.rows:
        first = seen.setdefault(normalised(row.text), row)
        yield row, None if first is row else first
