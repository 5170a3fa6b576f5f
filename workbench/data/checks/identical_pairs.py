"""Pairs without a difference: their loss stays ln 2 for ever, and nothing is learned from them."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.data.checks import MOST_EXAMPLES, Finding, Rows, example
from workbench.data.checks._words import normalised
from workbench.text import plural


def findings(rows: Rows) -> Iterator[Finding]:
    """For preferences only; the number is the pairs whose answers differ in case and spaces at most.

    Such a difference can be the point of a pair (capitals asked for): look at the examples.
    """
    if rows.layout != "preferences":
        return
    found = [row for row in rows.rows if normalised(row.answer("chosen")) == normalised(row.answer("rejected"))]
    exact = sum(row.answer("chosen") == row.answer("rejected") for row in found)
    if not found:
        yield Finding("identical-pairs", 0, "note", "Chosen and rejected differ in every pair.")
        return
    yield Finding(
        "identical-pairs",
        len(found),
        "error" if exact else "warning",
        f"{plural(len(found), 'pair')} with the same words in both answers, {exact:,} to the letter.",
        tuple(example(row, row.answer("chosen")) for row in found[:MOST_EXAMPLES]),
        "Remove them: a training learns nothing from a pair without a difference.",
    )
