"""Rows that take each other back: the same text under two labels, the same pair of answers both ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from workbench.data.checks import MOST_EXAMPLES, Finding, Row, Rows, example
from workbench.data.checks._words import normalised
from workbench.text import plural

_ADVICE = "Decide which is right and remove the other, or both."


def findings(rows: Rows) -> Iterator[Finding]:
    """One finding for labels, where rows have some, and one for pairs; the number is the texts or pairs concerned.

    Two texts are the same if they differ in case and spaces alone. Paraphrases are not seen.
    """
    if any(row.label is not None for row in rows.rows):
        yield _labels([row for row in rows.rows if row.label is not None])
    if rows.layout == "preferences":
        yield _swapped(rows.rows)


def _labels(rows: Sequence[Row]) -> Finding:
    same: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        same[normalised(row.text)].append(row)
    found = [group for group in same.values() if len({row.label for row in group}) > 1]
    if not found:
        return Finding("contradictions", 0, "note", "No text has two labels.")
    shown = tuple(
        example(group[0], f"{' / '.join(sorted({str(row.label) for row in group}))}: {group[0].text}", *group[1:])
        for group in found[:MOST_EXAMPLES]
    )
    said = f"{plural(len(found), 'text')} with more than one label."
    return Finding("contradictions", len(found), "error", said, shown, _ADVICE)


def _swapped(rows: Sequence[Row]) -> Finding:
    seen: dict[tuple[str, ...], Row] = {}
    found: list[tuple[Row, Row]] = []
    for row in rows:
        asked, *answers = (normalised(text) for text in (row.question, row.answer("chosen"), row.answer("rejected")))
        other = seen.get((asked, *reversed(answers)))
        if other is not None and answers[0] != answers[1]:
            found.append((row, other))
        seen.setdefault((asked, *answers), row)
    if not found:
        return Finding("contradictions", 0, "note", "No pair of answers occurs both ways round.")
    shown = tuple(example(row, None, other) for row, other in found[:MOST_EXAMPLES])
    said = f"{plural(len(found), 'pair')} of answers preferred one way in one row and the other way in another."
    return Finding("contradictions", len(found), "error", said, shown, _ADVICE)
