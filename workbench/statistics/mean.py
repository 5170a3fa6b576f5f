"""The mean of independent values with its 95 % interval.

Written without numpy: Home paints these numbers, and must not wait for an import.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt

Z_975 = 1.959963984540054  # 97.5 % quantile of the normal distribution
MIN_N = 3  # the expansion of the t quantile is within 1 % from 2 degrees of freedom on


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval. NaN bounds: n is too small to say; NaN estimate: no data."""

    estimate: float
    low: float
    high: float
    n: int

    @property
    def reason(self) -> str | None:
        """Why a part of it is NaN, in words; None where all is known."""
        if isnan(self.estimate):
            return "no data"
        return f"n = {self.n} is too small for an interval" if isnan(self.low) else None


def mean_interval(n: int, total: float, squares: float) -> Interval:
    """From n independent values with this sum and this sum of squares; Student's t, bounds NaN below n = 3."""
    if n == 0:
        return Interval(nan, nan, nan, 0)
    mean = total / n
    if n < MIN_N:
        return Interval(mean, nan, nan, n)
    variance = max(0.0, (squares - n * mean * mean) / (n - 1))
    half = t_quantile(n - 1) * sqrt(variance / n)
    return Interval(mean, mean - half, mean + half, n)


def difference_of_means(first: Sequence[float], second: Sequence[float]) -> Interval:
    """The first mean less the second, of two independent groups of values whose spreads may differ (Welch 1947).

    Student's t with Satterthwaite's degrees of freedom. NaN where a group is empty, its bounds also where one has a
    single value or the degrees of freedom are below 2; n is that of both groups.
    """
    n = len(first) + len(second)
    if not first or not second:
        return Interval(nan, nan, nan, n)
    means = [sum(group) / len(group) for group in (first, second)]
    difference = means[0] - means[1]
    if min(len(first), len(second)) < 2:
        return Interval(difference, nan, nan, n)
    parts = [
        (sum((value - mean) ** 2 for value in group) / (len(group) - 1) / len(group), len(group) - 1)
        for group, mean in zip((first, second), means, strict=True)
    ]
    squared = sum(part for part, _ in parts)
    if squared == 0:
        return Interval(difference, difference, difference, n)
    freedom = squared**2 / sum(part**2 / degrees for part, degrees in parts)
    if freedom < MIN_N - 1:
        return Interval(difference, nan, nan, n)
    half = t_quantile(freedom) * sqrt(squared)
    return Interval(difference, difference - half, difference + half, n)


def t_quantile(freedom: float) -> float:
    """97.5 % quantile of Student's t, by the Cornish-Fisher expansion (Abramowitz & Stegun 26.7.5).

    Against the tables: 4.271 for 4.303 at 2 degrees of freedom, 3.179 for 3.182 at 3, exact to 3 decimals from 6 on.
    """
    z, v = Z_975, float(freedom)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / v + g2 / v**2 + g3 / v**3 + g4 / v**4
