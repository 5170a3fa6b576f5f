"""Plain tables for a terminal or a pipe: aligned columns, no colours, foreign text cleaned."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from workbench.text import one_line

_WIDEST = 60


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns aligned to their widest cell (at most 60 characters); numbers to the right; None and NaN are a dash."""
    lines = [[_cell(value) for value in line] for line in (headings, *rows)]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(headings))]
    right = [all(isinstance(row[at], int | float) or row[at] is None for row in rows) for at in range(len(headings))]
    return "\n".join(
        "  ".join(_padded(*column) for column in zip(line, widths, right, strict=True)).rstrip() for line in lines
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


def _padded(cell: str, width: int, to_the_right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if to_the_right else cell + space


def _width(cell: str) -> int:
    """In cells of a terminal: a Chinese character takes two."""
    if cell.isascii():
        return len(cell)
    from rich.cells import cell_len  # most tables do without

    return cell_len(cell)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "–" if isnan(value) else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else one_line(str(value), _WIDEST)
