"""What colours a rating besides the answer: who rates, where the answer stood, and how the scale is used.

Severity and position are columns of one additive model: rating = item + column + noise. Each column is compared on
the items that it shares with others, so a rater who was given the worse answers is not taken for a severe one.
The effect of length is `correlation.spearman`; the share of keys that came too fast is `proportion.wilson`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from workbench.statistics.bootstrap import cluster_sums
from workbench.statistics.connectivity import groups
from workbench.statistics.mean import MIN_N, Interval, t_quantile
from workbench.statistics.proportion import wilson

_ROUNDING = 1e-9  # residuals in points below it are those of an exact fit, and so are eigenvalues below this share


@dataclass(frozen=True, slots=True)
class Effects:
    """One interval a column, in points, around the mean of the columns; its n counts the items shared with others.

    A column that shares no item is NaN with n = 0. `reason` says why bounds are NaN, or to what the effects are
    relative; None where all are on one scale with an interval.
    """

    columns: tuple[Interval, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class ScaleUse:
    """How often one rater gave each of the points 1, 2, ..."""

    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        return sum(self.counts)


def severity(values: ArrayLike, clusters: Sequence[int] | None = None) -> Effects:
    """How many points less than the average rater each gives for the same items; negative: more lenient.

    `values` is (items, raters), NaN where missing; `clusters` names the prompt of each item, where answers to one
    prompt are not independent. Raters who are joined by no common item have no common scale: each group then has a
    mean of its own, and `reason` says so.
    """
    found = _column_effects(np.asarray(values, dtype=np.float64), clusters, "raters")
    return Effects(tuple(Interval(-one.estimate, -one.high, -one.low, one.n) for one in found.columns), found.reason)


def position_effect(values: ArrayLike, clusters: Sequence[int] | None = None) -> Effects:
    """How many points more the answers shown at each position get than those of the same visit to a prompt.

    `values` is (visits, positions): one rater's ratings of one prompt's answers by the position at which they were
    shown. The order of showing is drawn, so what remains over many visits is the position. `clusters` names the
    prompt of each visit.
    """
    return _column_effects(np.asarray(values, dtype=np.float64), clusters, "positions")


def left_wins(scores: Sequence[float]) -> Interval:
    """Share of the decided comparisons that the answer on the left won; ties (.5) do not count. Sides are drawn: .5."""
    decided = [score for score in scores if score != 0.5]
    return wilson(sum(score > 0.5 for score in decided), len(decided))


def scale_use(values: ArrayLike, points: int = 5) -> tuple[ScaleUse, ...]:
    """How often each column of `values` (items, raters) gave each point; NaN is no rating."""
    columns = np.asarray(values, dtype=np.float64).T
    return tuple(ScaleUse(tuple(int((column == point).sum()) for point in range(1, points + 1))) for column in columns)


def _column_effects(values: np.ndarray, clusters: Sequence[int] | None, what: str) -> Effects:
    """Least squares of rating = row + column, with standard errors that are robust to what a cluster shares.

    The rows are eliminated first, so the equations are as many as the columns. The sandwich estimator (Liang & Zeger
    1986) needs neither equal noise nor independence within a cluster; Student's t with one degree of freedom less
    than the column has clusters. With two columns that rated all rows it is the paired t interval.
    """
    shared = (~np.isnan(values)).sum(axis=1) >= 2
    rows = values[shared]
    given = ~np.isnan(rows)
    share = given / np.maximum(1, given.sum(axis=1, keepdims=True))
    equations = np.diag(given.sum(axis=0)) - given.T.astype(np.float64) @ share
    inverse = np.linalg.pinv(equations, rcond=_ROUNDING, hermitian=True)  # singular: each group may move as one
    centred = _centred(np.where(given, rows, 0.0), given, share)
    effects = inverse @ centred.sum(axis=0)
    residuals = centred - _centred(np.where(given, effects, 0.0), given, share)
    names = np.arange(len(values)) if clusters is None else np.asarray(clusters)
    reason, halves = _half_widths(inverse, residuals, given, names[shared], what)
    joined = [group for group in groups(equations != 0) if given[:, group[0]].any()]
    columns = zip(effects, halves, given.sum(axis=0), strict=True)
    return Effects(tuple(_effect(*one) for one in columns), reason or _apart(joined, what))


def _half_widths(
    inverse: np.ndarray, residuals: np.ndarray, given: np.ndarray, clusters: np.ndarray, what: str
) -> tuple[str | None, list[float]]:
    """Half of each column's 95 % interval, NaN where there is none; and why, where there is none at all."""
    sums = cluster_sums(residuals, clusters)
    reason = _no_interval(residuals, len(sums), what)
    if reason:
        return reason, [nan] * len(inverse)
    errors = np.sqrt(np.maximum(0, np.diag(inverse @ (sums.T @ sums) @ inverse)))
    seen = np.count_nonzero(cluster_sums(given.astype(np.float64), clusters), axis=0)  # clusters of each column
    return None, [_half_width(float(error), int(count)) for error, count in zip(errors, seen, strict=True)]


def _centred(values: np.ndarray, given: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Each row less its mean over what was given; 0 where nothing was."""
    return np.asarray(np.where(given, values - (values * share).sum(axis=1, keepdims=True), 0.0))


def _half_width(error: float, clusters: int) -> float:
    """Half of the 95 % interval; NaN below three clusters of the column, and where it fits without scatter."""
    if clusters < MIN_N or error < _ROUNDING:
        return nan
    return t_quantile(clusters - 1) * error * sqrt(clusters / (clusters - 1))


def _effect(effect: float, half: float, n: int) -> Interval:
    if n == 0:
        return Interval(nan, nan, nan, 0)
    return Interval(float(effect), float(effect - half), float(effect + half), int(n))


def _no_interval(residuals: np.ndarray, clusters: int, what: str) -> str | None:
    if clusters == 0:
        return f"no two {what} share an item"
    if clusters < MIN_N:
        return f"n = {clusters} is too small for an interval"
    if np.abs(residuals).max() < _ROUNDING:
        return f"no scatter: the {what} differ by the same on every item, so there is no interval"
    return None


def _apart(joined: list[list[int]], what: str) -> str | None:
    if len(joined) < 2:
        return None
    return f"the {what} fall into {len(joined)} groups that share no item; each effect is relative to its own group"
