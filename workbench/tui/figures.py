"""Numbers, times and shares as a person reads them. A missing value is a dash, never 0."""

from __future__ import annotations

from math import isnan

from workbench.statistics.mean import Interval

MISSING = "–"
_BLOCKS = " ▏▎▍▌▋▊▉"


def number(value: float | None) -> str:
    """A count or a value; None and NaN are missing."""
    if value is None or isnan(value):
        return MISSING
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"


def counted(value: int | None) -> str:
    """A count of which 0 means that nobody has done it yet."""
    return number(value) if value else MISSING


def interval(found: Interval | None) -> str:
    """`3.42 [3.10, 3.74]`; without bounds the number of prompts says why."""
    if found is None or isnan(found.estimate):
        return MISSING
    if isnan(found.low):
        return f"{found.estimate:.2f} (n {found.n})"
    return f"{found.estimate:.2f} [{found.low:.2f}, {found.high:.2f}]"


def duration(seconds: float | None) -> str:
    """`8 s`, `2 min 5 s`, `1 h 20 min`."""
    if seconds is None:
        return MISSING
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def share(done: int, total: int) -> str:
    """`12/24`; a total of 0 is not known yet."""
    return f"{done:,}/{total:,}" if total else (f"{done:,}" if done else MISSING)


def bar(done: int, total: int, width: int) -> str:
    """A bar of `width` cells, to an eighth of a cell; empty while the total is not known."""
    eighths = round(8 * width * min(1.0, done / total)) if total > 0 else 0
    full, part = divmod(eighths, 8)
    drawn = "█" * full + (_BLOCKS[part] if part else "")
    return drawn.ljust(width, "·")


def day(stamp: str | None) -> str:
    """The day and minute of a UTC stamp: `2026-01-31 09:05`."""
    return stamp[:16].replace("T", " ") if stamp else MISSING
