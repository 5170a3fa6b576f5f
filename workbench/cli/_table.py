"""Plain tables for a terminal or a pipe: aligned columns, no colours, foreign text cleaned."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from workbench.text import one_line

_WIDEST = 60


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns aligned to their widest cell (at most 60 characters); numbers to the right; None and NaN are a dash."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[at]) for row in [list(headings), *cells]) for at in range(len(headings))]
    right = [all(isinstance(row[at], int | float) or row[at] is None for row in rows) for at in range(len(headings))]
    lines = [list(headings), *cells]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def seconds(value: float | None) -> str:
    """`42 s`, `3 min 05 s`, `2 h 10 min`; a dash for None."""
    if value is None:
        return "–"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return "–" if isnan(value) else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else one_line(str(value), _WIDEST)
