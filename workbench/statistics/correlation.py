"""Rank correlation: do higher values of one thing go with higher values of another, in whatever shape?"""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, nan, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike

from workbench.statistics.bootstrap import DRAWS, cluster_sums, percentile_interval, resampled_sums
from workbench.statistics.mean import MIN_N, Z_975, Interval

_LEAST = 4  # the standard error divides by n - 3
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Correlation:
    """Rho (-1..1) of n pairs with its 95 % interval; `reason` says why it or its bounds are NaN, None where known."""

    rho: Interval
    reason: str | None


def spearman(first: ArrayLike, second: ArrayLike) -> Correlation:
    """Spearman's rank correlation of two equally long lists, ties at their mid-rank.

    Interval on Fisher's z scale with the standard error of Bonett & Wright (2000). The pairs are taken as
    independent. A correlation of rating and length is no proof that length was rewarded: a longer answer may be the
    better one. ValueError: lengths that differ.
    """
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"{x.size} and {y.size} values")
    n = x.size
    if n == 0:
        return Correlation(Interval(nan, nan, nan, 0), "no data")
    if np.isnan([x, y]).any():
        return Correlation(Interval(nan, nan, nan, n), "a number is NaN")
    a, b = _mid_ranks(x) - (n - 1) / 2, _mid_ranks(y) - (n - 1) / 2
    if not a.any() or not b.any():
        return Correlation(Interval(nan, nan, nan, n), "no variation: one of the two is the same throughout")
    rho = float(a @ b / sqrt((a @ a) * (b @ b)))
    if n < _LEAST:
        return Correlation(Interval(rho, nan, nan, n), f"n = {n} is too small for an interval")
    if 1 - abs(rho) < _ROUNDING:
        return Correlation(Interval(rho, nan, nan, n), "the two orders are the same throughout: no interval")
    half = Z_975 * sqrt((1 + rho**2 / 2) / (n - 3))
    return Correlation(Interval(rho, tanh(atanh(rho) - half), tanh(atanh(rho) + half), n), None)


def clustered_spearman(
    first: ArrayLike, second: ArrayLike, clusters: ArrayLike, rng: np.random.Generator, draws: int = DRAWS
) -> Correlation:
    """The same where pairs of one cluster (answers to one prompt) are not independent: bootstrap over clusters.

    The ranks are those of all pairs and stay as they are in a draw. ValueError: lengths that differ.
    """
    plain = spearman(first, second)
    names = np.asarray(clusters)
    if np.isnan(plain.rho.estimate) or len(np.unique(names)) < MIN_N:
        return plain if np.isnan(plain.rho.estimate) else _without_bounds(plain, len(np.unique(names)))
    x, y = (_mid_ranks(np.asarray(one, dtype=np.float64)) - (len(names) - 1) / 2 for one in (first, second))
    rows = np.stack([np.ones(len(x)), x, y, x * x, y * y, x * y], axis=1)
    n, sx, sy, xx, yy, xy = resampled_sums(cluster_sums(rows, names), rng, draws).T
    spread = np.sqrt(np.maximum(0, n * xx - sx**2) * np.maximum(0, n * yy - sy**2))
    drawn = np.divide(n * xy - sx * sy, spread, out=np.full(draws, nan), where=spread > 0)
    return Correlation(percentile_interval(plain.rho.estimate, drawn, plain.rho.n), None)


def _without_bounds(found: Correlation, clusters: int) -> Correlation:
    rho = Interval(found.rho.estimate, nan, nan, found.rho.n)
    return Correlation(rho, f"n = {clusters} is too small for an interval")


def _mid_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0, equal values at the mean of theirs."""
    _, at, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts + 1) / 2)[at])
