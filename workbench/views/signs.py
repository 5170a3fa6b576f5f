"""When a change may carry a sign, a colour or the words better and worse: one rule for every screen and sentence."""

from __future__ import annotations

from math import isnan
from typing import Literal

from workbench.statistics.mean import Interval
from workbench.statistics.paired import Paired

Sign = Literal["▲", "▼", "=", ""]
"""Better, worse, nothing to be seen, nothing to compare."""
SIGNIFICANT = 0.05


def seen(paired: Paired, p: float) -> bool:
    """Whether a difference is: by its test, after what it was corrected for (`p`), and by its 95 % interval too."""
    return p < SIGNIFICANT and apart(paired.difference)


def apart(change: Interval) -> bool:
    """Whether 0 lies outside of the interval; False where it is unknown."""
    return change.low > 0 or change.high < 0


def sign(paired: Paired, p: float, better: bool | None) -> Sign:
    """Of a difference that was tested; nothing where there is no p."""
    if isnan(p):
        return ""
    if not seen(paired, p):
        return "="
    return "▲" if better else "▼"


def sign_of(change: Interval, higher_is_better: bool = True) -> Sign:
    """Of one that no test belongs to: by its interval alone."""
    if isnan(change.low):
        return ""
    if not apart(change):
        return "="
    return "▲" if (change.low > 0) == higher_is_better else "▼"
