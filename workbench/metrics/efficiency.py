"""Efficiency: seconds an item, tokens a second over all items together, and peak memory."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

from workbench.metrics._measure import Measured, Metric, Sample, mean, ratio
from workbench.statistics.mean import Interval

KIND = "costs"
SECONDS = Metric("seconds_per_item", "seconds", higher_is_better=False)
RATE = Metric("tokens_per_second", "tokens/s")
PEAK = Metric("peak_memory", "bytes", higher_is_better=False)
METRICS = (SECONDS, RATE, PEAK)


def samples(gold: Sequence[float], given: Sequence[Sequence[float]]) -> list[Sample]:
    """Tokens, and (seconds, peak memory in bytes) of each item. ValueError: lengths that differ."""
    rows = np.array([(tokens, *cost) for tokens, cost in zip(gold, given, strict=True)], dtype=np.float64)
    tokens, seconds, peaks = rows.reshape(-1, 3).T
    timed = np.column_stack([tokens, seconds])
    rate = Sample(RATE, timed, lambda sums: ratio(sums[..., 0], sums[..., 1]), "no time was measured")
    return [mean(SECONDS, seconds), rate, peak_memory(peaks)]


def of_batches(items: Sequence[float], tokens: Sequence[float], seconds: Sequence[float]) -> list[Sample]:
    """Of items that were answered in batches, which alone were timed: n counts the batches, the values are per item."""
    rows = np.array(list(zip(items, tokens, seconds, strict=True)), dtype=np.float64).reshape(-1, 3)
    return [
        Sample(SECONDS, rows, lambda sums: ratio(sums[..., 2], sums[..., 0]), "no item was answered"),
        Sample(RATE, rows, lambda sums: ratio(sums[..., 1], sums[..., 2]), "no time was measured"),
    ]


def peak_memory(peaks: Sequence[float] | np.ndarray) -> Sample:
    """The highest of the items' peaks, in bytes; a maximum has no interval."""
    rows = np.array(peaks, dtype=np.float64).reshape(-1, 1)
    return Sample(PEAK, rows, None, closed=_highest)


def _highest(rows: np.ndarray) -> Measured:
    return Measured(Interval(float(rows.max()), nan, nan, len(rows)), "a maximum has no interval")
