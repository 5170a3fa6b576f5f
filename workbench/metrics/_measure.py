"""From rows to a value with its 95 % interval: closed forms where they are better, else one shared bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

import numpy as np

from workbench.statistics.bootstrap import DRAWS, cluster_sums, percentile_interval, resampled_sums
from workbench.statistics.mean import Interval, mean_interval
from workbench.statistics.proportion import wilson

Unit = Literal["share", "correlation", "percent", "perplexity", "bits", "points", "seconds", "tokens/s", "bytes"]
LEAST = 10  # items, or clusters, below which a percentile interval is far too narrow to be given


@dataclass(frozen=True, slots=True)
class Metric:
    """A number's declaration. share: 0..1; correlation: -1..1; percent: 0..100."""

    name: str
    unit: Unit
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with its 95 % interval over n items; `reason`: why a part of it is NaN, None where all is known."""

    interval: Interval
    reason: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """What one metric takes from n items: `rows` (n, d), one an item.

    `value` makes values (...) of column sums (..., d), NaN where they are undefined (`undefined` says why); None: the
    metric is no function of sums. `closed` gives value and interval of independent items without drawing. `whole`
    makes the value of rows, where `value` is None and the metric can be drawn item by item. `coarse` are drawn instead
    of `rows` where these are all different: almost the same, but many of them alike, which is many times as fast.
    """

    metric: Metric
    rows: np.ndarray
    value: Callable[[np.ndarray], np.ndarray] | None
    undefined: str = "no data"
    closed: Callable[[np.ndarray], Measured] | None = None
    whole: Callable[[np.ndarray], float] | None = None
    coarse: np.ndarray | None = None

    @property
    def estimate(self) -> float:
        """The value of the items themselves; NaN where it is undefined, or there are none."""
        if len(self.rows) == 0:
            return nan
        if self.value:
            return float(self.value(self.rows.sum(axis=0, dtype=np.float64)))
        return self.whole(self.rows) if self.whole else nan


@dataclass(frozen=True, slots=True)
class Difference:
    """Second minus first on the same items. `p`: two-sided, of the paired bootstrap.

    NaN where the draws say nothing: too few items, or too many draws without a value. There is no interval then either.
    """

    measured: Measured
    p: float


def measured(
    samples: Sequence[Sample], rng: np.random.Generator, clusters: np.ndarray | None = None, draws: int = DRAWS
) -> dict[str, Measured]:
    """Metric name -> its value, all over the same draws of the same items.

    `clusters` (n,) names the document, or whatever else, that an item shares with others: whole clusters are drawn.
    Percentile intervals (Efron 1979) need 10 items or clusters; closed forms hold for independent items only.
    """
    closed = {one.metric.name: _closed(one, clusters) for one in samples}
    drawn = [one for one in samples if closed[one.metric.name] is None]
    found = _drawn(drawn, rng, clusters, draws)
    return {one.metric.name: closed[one.metric.name] or found[one.metric.name] for one in samples}


def difference(
    first: Sample, second: Sample, rng: np.random.Generator, clusters: np.ndarray | None = None, draws: int = DRAWS
) -> Difference:
    """Two models on the same items in the same order: both are drawn together, so what they share cancels out.

    ValueError: different numbers of items; a metric that cannot be drawn, or with clusters one of `whole` items.
    """
    if first.value is None or second.value is None:
        return _item_by_item(first, second, rng, clusters, draws)
    width, one, other = first.rows.shape[1], first.value, second.value
    rows = np.hstack([first.rows, second.rows])
    both = Sample(first.metric, rows, lambda sums: other(sums[..., width:]) - one(sums[..., :width]), second.undefined)
    values = _values([both], rng, clusters, draws)[0] if len(rows) else np.empty(0)
    found = _bounded(both, values, _units(rows, clusters))
    return Difference(_scattered(found), nan if found.reason else _two_sided(values))


def redrawn(estimate: float, drawn: np.ndarray, n: int, undefined: str) -> Measured:
    """An estimate of n items with the interval of the values (draws,) that drawing them anew came to."""
    return _scattered(_between(estimate, drawn, n, n, undefined))


def share(metric: Metric, right: Sequence[bool] | np.ndarray) -> Sample:
    """A share of items, with Wilson's interval."""
    sample = mean(metric, np.asarray(right, dtype=np.float64))
    return Sample(metric, sample.rows, sample.value, closed=_wilson)


def mean(metric: Metric, values: Sequence[float] | np.ndarray) -> Sample:
    """A mean over items, with Student's interval."""
    column = np.asarray(values, dtype=np.float64)
    rows = np.column_stack([column, np.ones_like(column)])
    return Sample(metric, rows, lambda sums: ratio(sums[..., 0], sums[..., 1]), closed=_student)


def ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """over / under, NaN where `under` is 0."""
    safe = np.where(under == 0, 1.0, under)
    return np.asarray(np.where(under == 0, nan, over / safe))


def _item_by_item(
    first: Sample, second: Sample, rng: np.random.Generator, clusters: np.ndarray | None, draws: int
) -> Difference:
    """The items are drawn, and both values made anew, once a draw."""
    one, other, n = first.whole, second.whole, len(first.rows)
    if one is None or other is None or clusters is not None:
        raise ValueError(f"{first.metric.name} is no function of sums")
    if n != len(second.rows):
        raise ValueError(f"{n} items and {len(second.rows)}")
    drawn = rng.integers(0, n, (draws, n)) if n else np.empty((0, 0), dtype=np.int64)
    values = np.array([other(second.rows[at]) - one(first.rows[at]) for at in drawn])
    found = _between(second.estimate - first.estimate, values, n, n, second.undefined)
    return Difference(_scattered(found), nan if found.reason else _two_sided(values))


def _closed(sample: Sample, clusters: np.ndarray | None) -> Measured | None:
    """Without drawing: no items, a closed form, or a metric that cannot be drawn; None for the others."""
    if len(sample.rows) == 0:
        return Measured(Interval(nan, nan, nan, 0), "no data")
    if sample.closed and clusters is None:
        return sample.closed(sample.rows)
    if sample.closed and sample.value is None:
        at = sample.closed(sample.rows)
        none = Interval(at.interval.estimate, nan, nan, at.interval.n)
        return Measured(none, at.reason or "items that share a document: no interval of ranks")
    return None


def _drawn(
    samples: Sequence[Sample], rng: np.random.Generator, clusters: np.ndarray | None, draws: int
) -> dict[str, Measured]:
    if not samples:
        return {}
    units = _units(samples[0].rows, clusters)
    values = _values(samples, rng, clusters, draws)
    return {one.metric.name: _scattered(_bounded(one, its, units)) for one, its in zip(samples, values, strict=True)}


def _units(rows: np.ndarray, clusters: np.ndarray | None) -> int:
    """How many are drawn: clusters, or items."""
    return len(rows) if clusters is None else len(np.unique(clusters))


def _values(
    samples: Sequence[Sample], rng: np.random.Generator, clusters: np.ndarray | None, draws: int
) -> list[np.ndarray]:
    """The value of each sample in each draw, (draws,) a sample."""
    drawn = [one.rows if one.coarse is None else one.coarse for one in samples]
    blocks = list({id(its): its for its in drawn}.values())  # metrics of a family often share theirs
    rows = np.hstack(blocks).astype(np.float64)
    sums = resampled_sums(rows if clusters is None else cluster_sums(rows, clusters), rng, draws)
    parts = np.split(sums, np.cumsum([block.shape[1] for block in blocks])[:-1], axis=1)
    by_block = {id(block): part for block, part in zip(blocks, parts, strict=True)}
    return [one.value(by_block[id(its)]) for one, its in zip(samples, drawn, strict=True) if one.value]


def _bounded(sample: Sample, values: np.ndarray, units: int) -> Measured:
    """The value of the items themselves between the percentiles of the draws, or why there is none."""
    return _between(sample.estimate, values, len(sample.rows), units, sample.undefined)


def _between(estimate: float, values: np.ndarray, n: int, units: int, undefined: str) -> Measured:
    none = Interval(estimate, nan, nan, n)
    if n == 0:
        return Measured(none, "no data")
    if isnan(estimate):
        return Measured(none, undefined)
    if units < LEAST:
        return Measured(none, f"n = {units} is too small for an interval")
    if np.isinf(estimate) or np.isinf(values).any():
        return Measured(none, "infinite for some samples of the items: no interval")
    found = percentile_interval(estimate, values, n)
    if isnan(found.low):
        return Measured(none, f"in more than one draw of twenty: {undefined}")
    return Measured(found, None)


def _scattered(found: Measured) -> Measured:
    """An interval without width says that nothing varied, not that the value is known exactly."""
    at = found.interval
    if at.low == at.high:
        return Measured(Interval(at.estimate, nan, nan, at.n), f"no scatter over {at.n} items: no interval")
    return found


def _two_sided(values: np.ndarray) -> float:
    """Twice the smaller share of draws on one side of 0, the observed one counted in (Davison & Hinkley 1997)."""
    defined = values[~np.isnan(values)]
    if not defined.size:
        return nan
    side: int = min(int((defined <= 0).sum()), int((defined >= 0).sum()))
    return min(1.0, 2 * (side + 1) / (int(defined.size) + 1))


def _wilson(rows: np.ndarray) -> Measured:
    found = wilson(int(rows[:, 0].sum()), len(rows))
    return Measured(found, found.reason)


def _student(rows: np.ndarray) -> Measured:
    values = rows[:, 0]
    middle = float(values.mean())
    around = mean_interval(len(values), 0.0, float(((values - middle) ** 2).sum()))
    found = Interval(middle, middle + around.low, middle + around.high, len(values))
    return _scattered(Measured(found, found.reason))
