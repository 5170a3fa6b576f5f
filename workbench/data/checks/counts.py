"""How many rows there are, and how many texts in which role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workbench.data.checks import Finding, Rows
from workbench.text import plural


def findings(rows: Rows) -> Iterator[Finding]:
    """Always one note; its number is the rows."""
    roles = Counter(part.role for row in rows.rows for part in row.parts)
    texts = ", ".join(f"{count:,} {role}" for role, count in roles.most_common())
    yield Finding(
        "counts", len(rows.rows), "note", f"{plural(len(rows.rows), 'row')}, layout {rows.layout}; texts: {texts}."
    )
