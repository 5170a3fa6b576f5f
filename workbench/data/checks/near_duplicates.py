"""Rows that say almost the same as an earlier one: a word changed, a sentence more."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.data.checks import MOST_EXAMPLES, Finding, Rows, example
from workbench.data.checks._minhash import SHINGLE, near, shingles
from workbench.data.checks._words import words
from workbench.data.checks.duplicates import pairs

THRESHOLD = 0.7


def findings(rows: Rows) -> Iterator[Finding]:
    """One finding; its number is the rows of which an earlier one shares at least 0.7 of the runs of three words.

    Shared over all runs of the two (Jaccard), found by MinHash: of pairs at 0.7 one in a thousand is missed, and where
    thousands of rows fill one template the number is a lower bound (see `_minhash`). Exact duplicates are not counted
    here, and rows of fewer than three words have no runs. Rows that share a long text (two questions on one passage)
    are found as well.
    """
    kept = [row for row, first in pairs(rows) if first is None]
    found = near([shingles(words(row.text)) for row in kept], THRESHOLD)
    measure = f"{THRESHOLD:g} of the runs of {SHINGLE} words"
    if not found:
        yield Finding("near-duplicates", 0, "note", f"No two rows share {measure}.")
        return
    closest = sorted(found.items(), key=lambda pair: (-pair[1][1], pair[0]))[:MOST_EXAMPLES]
    yield Finding(
        "near-duplicates",
        len(found),
        "warning",
        f"Rows that share {measure} or more with an earlier one: {len(found):,} of {len(rows.rows):,}.",
        tuple(
            example(kept[row], f"{similarity:.2f}: {kept[row].text}", kept[first])
            for row, (first, similarity) in closest
        ),
        "Read some: remove copies, and keep rows on one text in the same part of a split.",
    )
