"""The area under the ROC curve: how often a value of one group lies above one of another, independent group."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from workbench.statistics.mean import Z_975, Interval

_HALVINGS = 60  # of an interval no wider than 1: well below the precision of a float


def auc(upper: Sequence[float], lower: Sequence[float]) -> Interval:
    """The chance, 0..1, that a value of `upper` exceeds one of `lower`, ties half: Mann-Whitney's U / (m n).

    The interval is Newcombe's score type (2006, part 2, method 5): the areas whose own standard error, after Hanley &
    McNeil (1982) with m and n replaced by their mean, does not set them apart from the one that was found. It lies
    within 0..1 and has a width even where nothing overlaps. NaN where a group is empty; n is m + n.
    """
    m, n = len(upper), len(lower)
    if not m or not n:
        return Interval(nan, nan, nan, m + n)
    area = sum((a > b) + (a == b) / 2 for a in upper for b in lower) / (m * n)
    return Interval(area, _bound(area, 0.0, m, n), _bound(area, 1.0, m, n), m + n)


def _bound(area: float, end: float, m: int, n: int) -> float:
    """Between the area and that end of 0..1, the farthest that cannot be told from it."""
    if area == end:
        return end
    near, far = area, end
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        apart = (middle - area) ** 2 > Z_975**2 * _variance(middle, m, n)
        near, far = (near, middle) if apart else (middle, far)
    return (near + far) / 2


def _variance(area: float, m: int, n: int) -> float:
    others = (m + n) / 2 - 1
    return area * (1 - area) * (1 + others * ((1 - area) / (2 - area) + area / (1 + area))) / (m * n)
