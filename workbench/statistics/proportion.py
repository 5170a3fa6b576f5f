"""A share of n independent items with its 95 % interval: every accuracy, win rate and success rate."""

from __future__ import annotations

from math import nan, sqrt

from workbench.statistics.mean import Z_975, Interval


def wilson(successes: int, n: int) -> Interval:
    """The share (0..1) with Wilson's score interval (1927), without continuity correction; NaN at n = 0.

    The bounds lie within 0..1 and have a width even at no or all successes. Coverage is 95 % on average over the
    shares, less close to 0 and 1 (Newcombe 1998a, method 3). ValueError: successes outside 0..n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}")
    if n == 0:
        return Interval(nan, nan, nan, 0)
    share, z2 = successes / n, Z_975**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_975 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # The bounds at the ends are exactly 0 and 1; rounding would put them 1e-17 beside.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == n else centre + half
    return Interval(share, low, high, n)
