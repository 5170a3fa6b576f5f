"""How the labels are spread: a model that always says the commonest is right that often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workbench.data.checks import Finding, Rows

_LOPSIDED = 0.8
_SHOWN = 6


def findings(rows: Rows) -> Iterator[Finding]:
    """Where rows have labels; the number is the share of the commonest one, 0..1. A warning from 0.8 on, or with one.

    Labels are compared as they are written ("yes" and "Yes" are two).
    """
    counts = Counter(row.label for row in rows.rows if row.label is not None)
    if not counts:
        return
    total = counts.total()
    share = max(counts.values()) / total
    shown = ", ".join(f"{label}: {count:,}" for label, count in counts.most_common(_SHOWN))
    more = f" and {len(counts) - _SHOWN:,} more" if len(counts) > _SHOWN else ""
    lopsided = share >= _LOPSIDED
    yield Finding(
        "label-balance",
        share,
        "warning" if lopsided else "note",
        f"The commonest of {len(counts):,} labels has {share:.1%} of {total:,} rows ({shown}{more}).",
        advice="Add rows of the other labels, or judge by a measure that is not accuracy." if lopsided else "",
    )
