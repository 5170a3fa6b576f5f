"""Do two raters agree, and does a rater judge the same way twice? Weighted kappa, and the shares of equal repeats.

Cohen's kappa (1968) weighs a disagreement by its distance: with quadratic weights 1 against 5 counts sixteen times
1 against 2. Unweighted kappa, which calls 4 against 5 as bad as 1 against 5, is not for points of a scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, nan, sqrt, tanh
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from workbench.statistics.mean import MIN_N, Interval, t_quantile
from workbench.statistics.proportion import wilson

Weights = Literal["quadratic", "linear", "unweighted"]
_POWERS = {"quadratic": 2, "linear": 1}
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Kappa:
    """Kappa with its 95 % interval; its n counts the items that both raters rated.

    `reason` says why kappa or its bounds are NaN, in words; None where all is known.
    """

    kappa: Interval
    reason: str | None


@dataclass(frozen=True, slots=True)
class SelfAgreement:
    """Shares (0..1) of n repeated judgments that were equal, and that lay at most one point apart."""

    exact: Interval
    within_one: Interval

    @property
    def n(self) -> int:
        return self.exact.n

    @property
    def reason(self) -> str | None:
        return self.exact.reason


def weighted_kappa(first: ArrayLike, second: ArrayLike, points: int = 5, weights: Weights = "quadratic") -> Kappa:
    """Kappa of two raters' scores 1..points on the same items, in the same order; NaN where one did not rate.

    1 where they agree throughout, 0 where as chance would, below 0 where they contradict each other. The standard
    error is that of Fleiss, Cohen & Everitt (1969), the interval is made on Fisher's z scale: in simulation it
    covers 90 % at 15 items, 93 % at 30, 94 % from 100 on. ValueError: a score outside 1..points, or lengths that
    differ.
    """
    cells = _cells(np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64), points)
    n = int(cells.sum())
    undefined = _no_variation(cells, n)
    if undefined:
        return Kappa(Interval(nan, nan, nan, n), undefined)
    kappa, error = _kappa(cells / n, n, _agreement_weights(points, weights))
    if n < MIN_N:
        return Kappa(Interval(kappa, nan, nan, n), f"n = {n} is too small for an interval")
    if 1 - abs(kappa) < _ROUNDING:
        same = "agree" if kappa > 0 else "contradict each other"
        return Kappa(Interval(kappa, nan, nan, n), f"the raters {same} on all of {n} items: no scatter, no interval")
    half = t_quantile(n - 1) * error / (1 - kappa**2)
    return Kappa(Interval(kappa, tanh(atanh(kappa) - half), tanh(atanh(kappa) + half), n), None)


def self_agreement(first: Sequence[int], again: Sequence[int]) -> SelfAgreement:
    """One rater's scores on items that came twice, in the same order; Wilson's intervals.

    One score a repeat: those of several criteria of one answer are not independent. ValueError: lengths that differ.
    """
    apart = [abs(before - after) for before, after in zip(first, again, strict=True)]
    exact, within_one = (sum(distance <= most for distance in apart) for most in (0, 1))
    return SelfAgreement(wilson(exact, len(apart)), wilson(within_one, len(apart)))


def _cells(first: np.ndarray, second: np.ndarray, points: int) -> np.ndarray:
    """Items by their two scores, rows the first rater's: (points, points)."""
    if first.shape != second.shape:
        raise ValueError(f"{first.size} and {second.size} scores")
    both = ~(np.isnan(first) | np.isnan(second))
    scores = np.stack([first[both], second[both]])  # (2, n)
    if not np.isin(scores, np.arange(1, points + 1)).all():
        raise ValueError(f"A score is not one of 1..{points}.")
    rows, columns = scores.astype(np.intp) - 1
    return np.bincount(rows * points + columns, minlength=points * points).reshape(points, points)


def _no_variation(cells: np.ndarray, n: int) -> str | None:
    """Why there is no kappa: a rater who always gives the same agrees with anybody exactly as chance would."""
    if n == 0:
        return "no item was rated by both"
    constant = [int(np.argmax(side)) + 1 for side in (cells.sum(axis=1), cells.sum(axis=0)) if side.max() == n]
    return f"no variation: a rater gave {constant[0]} throughout" if constant else None


def _agreement_weights(points: int, weights: Weights) -> np.ndarray:
    """1 on the diagonal, 0 for the widest disagreement: (points, points)."""
    if weights == "unweighted":
        return np.eye(points)
    places = np.arange(points)
    distances = np.abs(places[:, None] - places[None, :]) / (points - 1)
    return np.asarray(1 - distances ** _POWERS[weights])


def _kappa(shares: np.ndarray, n: int, weights: np.ndarray) -> tuple[float, float]:
    """Kappa and its standard error where kappa is not 0 (Fleiss, Cohen & Everitt 1969)."""
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = (shares * weights).sum(), rows @ weights @ columns
    kappa = (observed - expected) / (1 - expected)
    means = (weights @ columns)[:, None] + (rows @ weights)[None, :]
    spread = (shares * (weights - means * (1 - kappa)) ** 2).sum() - (kappa - expected * (1 - kappa)) ** 2
    return float(kappa), sqrt(max(0.0, spread) / n) / (1 - float(expected))
