"""Rows that ask or answer nothing: a model would learn to say nothing, and some trainers drop them silently."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.data.checks import MOST_EXAMPLES, Finding, Part, Rows, example
from workbench.text import plural


def findings(rows: Rows) -> Iterator[Finding]:
    """One finding; its number is the rows with a text that is empty or white space."""
    found = [(row, blank) for row in rows.rows if (blank := [part for part in row.parts if _empty(part)])]
    if not found:
        yield Finding("empty-rows", 0, "note", "No row has an empty text.")
        return
    roles = sorted({part.role for _, blank in found for part in blank})
    yield Finding(
        "empty-rows",
        len(found),
        "error",
        f"{plural(len(found), 'row')} with an empty text ({', '.join(roles)}).",
        tuple(example(row) for row, _ in found[:MOST_EXAMPLES]),
        "Fill in the text, or remove the row.",
    )


def _empty(part: Part) -> bool:
    """An empty system prompt is the way to have none."""
    return part.role != "system" and not part.text.strip()
