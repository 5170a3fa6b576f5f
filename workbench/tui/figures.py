"""Numbers, times and shares as a person reads them. A missing value is a dash, never 0."""

from __future__ import annotations

from math import isnan

from workbench.statistics.mean import Interval
from workbench.text import duration as _duration

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


def interval(found: Interval | None, digits: int = 2) -> str:
    """`3.42 [3.10, 3.74]`; without bounds the number of prompts says why."""
    if found is None or isnan(found.estimate):
        return MISSING
    if isnan(found.low):
        return f"{_plain(found.estimate, digits)} (n {found.n})"
    return f"{_plain(found.estimate, digits)} [{_plain(found.low, digits)}, {_plain(found.high, digits)}]"


def difference(found: Interval) -> str:
    """`+0.020 [-0.080, +0.120]`; without bounds the number of items says why."""
    if isnan(found.estimate):
        return MISSING
    if isnan(found.low):
        return f"{_plain(found.estimate, 3, '+')} (n {found.n})"
    return f"{_plain(found.estimate, 3, '+')} [{_plain(found.low, 3, '+')}, {_plain(found.high, 3, '+')}]"


def ratio(value: float | None) -> str:
    """A share of 1 to three digits: `0.412`; None and NaN are missing."""
    return MISSING if value is None or isnan(value) else _plain(value, 3)


def _plain(value: float, digits: int, sign: str = "") -> str:
    """A share with so many digits, `0.412`; what is larger takes as many cells: `23.46`, `154.7`, `7.8e8`."""
    whole = len(f"{abs(value):.{digits}f}".partition(".")[0])
    shown = f"{value:{sign}.{max(0, digits + 1 - whole)}f}"
    return shown if len(shown.lstrip("+-")) <= digits + 2 else _power(value, sign)


def _power(value: float, sign: str = "") -> str:
    """`7.8e8`"""
    digits, _, power = f"{value:{sign}.1e}".partition("e")
    return f"{digits}e{int(power)}"


def heat(change: float) -> str:
    """How much was lost or gained, of a change that is seen: one triangle below .05, two below .10, else three."""
    steps = 1 + sum(abs(change) >= least for least in (0.05, 0.10))
    return ("▼" if change < 0 else "▲") * steps


def interval_bar(found: Interval, mark: float | None, width: int) -> str:
    """Shares 0..1 on `width` cells: `●` the estimate, `─` its interval, `┊` another value worth a look."""
    low, at, high = (_cell(value, width) for value in (found.low, found.estimate, found.high))
    cells = ["─" if low <= cell <= high else "·" for cell in range(width)]
    if mark is not None:
        cells[_cell(mark, width)] = "┊"
    cells[at] = "●"
    return "".join(cells)


def _cell(share: float, width: int) -> int:
    return min(width - 1, int(share * width))


def bounds(found: Interval | None) -> str:
    """`.48 .35–.61` or `-.10 -.24–.04`: without the 0 before the point, for a narrow column."""
    if found is None or isnan(found.estimate):
        return MISSING
    if isnan(found.low):
        return f"{_short(found.estimate)} (n {found.n})"
    return f"{_short(found.estimate)} {_short(found.low)}–{_short(found.high)}"


def _short(value: float) -> str:
    """Two decimals below 10, none above: `.48`, `-1.39`, `12`, `7.8e8`."""
    if abs(value) >= 99_999.5:
        return _power(value)
    if abs(value) >= 9.995:
        return f"{value:.0f}"
    text = f"{value:.2f}"
    return "0" if float(text) == 0 else text.replace("0.", ".", 1) if abs(value) < 0.995 else text


def duration(seconds: float | None) -> str:
    """`8 s`, `2 min 5 s`, `1 h 20 min`."""
    return MISSING if seconds is None else _duration(seconds)


def rough(seconds: float | None) -> str:
    """A duration that is a guess: `40 s`, `3 min`, `1 h 20 min`."""
    if seconds is None or not 60 <= seconds < 3600:
        return duration(seconds)
    return f"{round(seconds / 60)} min"


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
