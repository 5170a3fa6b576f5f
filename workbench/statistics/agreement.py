"""Do the raters agree? Krippendorff's alpha over items that two or more of them rated.

Alpha is 1 - observed / expected disagreement: 1 where all agree, 0 where they agree as chance would, below 0
where they contradict each other. It takes any number of raters and missing ratings (Krippendorff 2011, Computing
Krippendorff's alpha-reliability). Points of a 1..5 scale are ordinal: 4 against 5 is a smaller disagreement than 1
against 5, but nobody knows that it is exactly a quarter of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from workbench.statistics.bootstrap import DRAWS, cluster_sums, percentile_interval, resampled_sums
from workbench.statistics.mean import MIN_N, Interval

Metric = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha with its 95 % interval; its n counts the items with two or more ratings.

    `raters` and `ratings` count those of these items. `reason` says why alpha or its bounds are NaN, in words; None
    where all is known.
    """

    alpha: Interval
    raters: int
    ratings: int
    reason: str | None


def krippendorff_alpha(
    values: ArrayLike,
    rng: np.random.Generator,
    metric: Metric = "ordinal",
    clusters: Sequence[int] | None = None,
    draws: int = DRAWS,
) -> Agreement:
    """Alpha of `values` (items, raters), NaN where a rater did not rate an item; below 1, no lower bound.

    The interval is a percentile bootstrap over items, or over `clusters` (one name an item: its prompt) where the
    items of a cluster are not independent. Memory grows with the square of the number of different values.
    """
    table = np.asarray(values, dtype=np.float64)
    paired = (~np.isnan(table)).sum(axis=1) >= 2
    names = np.arange(len(table)) if clusters is None else np.asarray(clusters)
    table, names = table[paired], names[paired]
    ratings = ~np.isnan(table)
    if not len(table):
        return Agreement(Interval(nan, nan, nan, 0), 0, 0, "no item has two ratings")
    levels = np.unique(table[ratings])
    items = _coincidences(table, levels)
    units = cluster_sums(items, names)
    alpha = float(_alpha(items.sum(axis=0, keepdims=True), levels, metric)[0])
    reason = _undefined(levels, items, len(units))
    if reason:
        return Agreement(Interval(alpha, nan, nan, len(table)), *_sizes(ratings), reason)
    drawn = _alpha(resampled_sums(units, rng, draws), levels, metric)
    interval = percentile_interval(alpha, drawn, len(table))
    reason = "too little variation for an interval: many draws have none" if isnan(interval.low) else None
    return Agreement(interval, *_sizes(ratings), reason)


def _sizes(ratings: np.ndarray) -> tuple[int, int]:
    """Raters and ratings."""
    return int(ratings.any(axis=0).sum()), int(ratings.sum())


def _undefined(levels: np.ndarray, items: np.ndarray, units: int) -> str | None:
    """Why the interval, or alpha itself, cannot be given."""
    if len(levels) == 1:
        return f"no variation: every rating is {levels[0]:g}"
    if units < MIN_N:
        return f"n = {units} is too small for an interval"
    if not (items * (1 - np.eye(len(levels))).ravel()).any():
        return f"no disagreement on any of {len(items)} items: the draws cannot say how far below 1 alpha may be"
    return None


def _coincidences(table: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """How often two raters of one item gave c and k, both ways round: (items, levels * levels).

    An item with m ratings adds m to the sum of its matrix: each pair counts 1 / (m - 1).
    """
    counts = np.stack([(table == level).sum(axis=1) for level in levels], axis=1).astype(np.float64)  # (items, levels)
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(len(levels))
    pairs[:, diagonal, diagonal] -= counts
    return np.asarray(pairs / (counts.sum(axis=1) - 1)[:, None, None]).reshape(len(table), -1)


def _alpha(coincidences: np.ndarray, levels: np.ndarray, metric: Metric) -> np.ndarray:
    """Alpha of each row of summed coincidences (draws, levels * levels): (draws,); NaN where nothing varies."""
    matrices = coincidences.reshape(-1, len(levels), len(levels))
    counts = matrices.sum(axis=2)  # (draws, levels)
    squares = _squared_differences(counts, levels, metric)
    observed = (matrices * squares).sum(axis=(1, 2))
    expected = (counts[:, :, None] * counts[:, None, :] * squares).sum(axis=(1, 2)) / (counts.sum(axis=1) - 1)
    return np.asarray(1 - np.divide(observed, expected, out=np.full(len(matrices), nan), where=expected > 0))


def _squared_differences(counts: np.ndarray, levels: np.ndarray, metric: Metric) -> np.ndarray:
    """How far value c is from value k, squared: (draws or 1, levels, levels).

    The ordinal metric, the number of ratings from c to k less half of those at either end, is the difference of
    their mid-ranks.
    """
    if metric == "nominal":
        return 1.0 - np.eye(len(levels))[None]
    places = np.cumsum(counts, axis=1) - counts / 2 if metric == "ordinal" else levels[None]
    differences = places[:, :, None] - places[:, None, :]
    if metric == "ratio":
        sums = places[:, :, None] + places[:, None, :]
        differences = np.divide(differences, sums, out=np.zeros_like(differences), where=sums != 0)
    return np.asarray(differences**2)
