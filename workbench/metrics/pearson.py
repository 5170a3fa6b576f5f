"""Pearson's correlation of given and gold numbers, as for graded similarity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.metrics._measure import Metric, Sample

KIND = "numbers"
PEARSON = Metric("pearson", "correlation")
METRICS = (PEARSON,)
_ROUNDING = 1e-12  # of a variance whose scale is 1


def samples(gold: Sequence[float], given: Sequence[float]) -> list[Sample]:
    """ValueError: lengths that differ."""
    if len(gold) != len(given):
        raise ValueError(f"{len(gold)} gold numbers and {len(given)} given ones")
    if not np.isfinite([gold, given]).all():
        return [Sample(PEARSON, np.full((len(gold), 6), np.nan), _value, "a number is NaN or infinite")]
    x, y = _scaled(gold), _scaled(given)
    rows = np.column_stack([np.ones_like(x), x, y, x * x, y * y, x * y])
    return [Sample(PEARSON, rows, _value, "no variation: gold or given is the same throughout")]


def _scaled(numbers: Sequence[float]) -> np.ndarray:
    """Around 0 with spread 1: sums of squares of large, close numbers would cancel."""
    values = np.asarray(numbers, dtype=np.float64)
    centred = values - values.mean() if values.size else values
    spread = np.abs(centred).max(initial=0.0)
    return np.asarray(centred / spread if spread > 0 else centred)


def _value(sums: np.ndarray) -> np.ndarray:
    n, x, y, xx, yy, xy = (sums[..., at] / sums[..., 0] for at in range(6))
    spread = np.stack([xx - x * x, yy - y * y])
    flat = (spread <= _ROUNDING).any(axis=0)
    found = (xy - x * y) / np.sqrt(np.where(flat, 1.0, spread).prod(axis=0))
    return np.asarray(np.where(flat, np.nan, np.clip(found, -n, n)))  # n / n = 1
