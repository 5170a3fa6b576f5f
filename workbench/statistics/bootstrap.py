"""The bootstrap over rows: sums over n rows drawn with replacement, and their percentile interval (Efron 1979).

Whatever depends on its data through sums of one row an item is resampled without drawing a single item: rows that
are equal are interchangeable, so only how often each distinct row comes is drawn.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from workbench.statistics.mean import Interval

DRAWS = 1000
_BLOCK = 1 << 22  # weights held in memory at a time
_MANY = 1 << 30  # codes beyond which they are numbered anew: times the values of a column they still fit 64 bits
_SMALL = 64  # whole numbers below are numbered by themselves
_LEAST_DEFINED = 0.95  # share of the draws that must have a value for their percentiles to be given


def resampled_sums(rows: np.ndarray, rng: np.random.Generator, draws: int = DRAWS) -> np.ndarray:
    """Column sums of n rows drawn with replacement from `rows` (n, d), `draws` times: (draws, d). n is at least 1."""
    distinct, counts = _distinct(rows)
    shares = counts / counts.sum()
    block = max(1, _BLOCK // len(distinct))
    sizes = [min(block, draws - start) for start in range(0, draws, block)]
    weights = (rng.multinomial(len(rows), shares, size=size) for size in sizes)
    return np.concatenate([one.astype(np.float64) @ distinct for one in weights])


def _distinct(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """np.unique(rows, axis=0, return_counts=True), but fast where columns hold few values."""
    codes, known = np.zeros(len(rows), dtype=np.int64), 1
    for column in rows.T:
        at, values = _numbered(column)
        if values > 1:
            codes, known = codes * values + at, known * values
        if known > _MANY:
            found, codes = np.unique(codes, return_inverse=True)
            known = len(found)
            if known == len(rows):
                break
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    return rows[first], counts


def _numbered(column: np.ndarray) -> tuple[np.ndarray, int]:
    """A number from 0 for each value, larger ones for larger values, and how many numbers there are at most."""
    if column.min() >= 0 and column.max() < _SMALL and (column == np.floor(column)).all():
        return column.astype(np.int64), int(column.max()) + 1  # counts and flags, without sorting them
    values, at = np.unique(column, return_inverse=True)
    return at, len(values)


def cluster_sums(rows: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Sums of `rows` (n, d) within each cluster (n,): (clusters, d).

    Drawing clusters keeps together what is not independent: the answers to one prompt, the ratings of one answer.
    """
    names, at = np.unique(clusters, return_inverse=True)
    sums = np.zeros((len(names), rows.shape[1]))
    np.add.at(sums, at, rows)
    return sums


def percentile_interval(estimate: float, drawn: ArrayLike, n: int) -> Interval:
    """The estimate between the 2.5 and the 97.5 percentile of the drawn values (draws,).

    NaN draws (samples in which the value is undefined) are left out; where they are more than one in twenty, the
    bounds are NaN.
    """
    values = np.asarray(drawn, dtype=np.float64)
    defined = values[~np.isnan(values)]
    if defined.size < _LEAST_DEFINED * values.size:
        return Interval(estimate, np.nan, np.nan, n)
    low, high = np.percentile(defined, (2.5, 97.5))
    return Interval(estimate, float(low), float(high), n)
