"""Spearman's rank correlation of given and gold numbers, ties at their mid-rank; interval of Bonett & Wright (2000)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.metrics._measure import Measured, Metric, Sample
from workbench.statistics.correlation import spearman

KIND = "numbers"
SPEARMAN = Metric("spearman", "correlation")
METRICS = (SPEARMAN,)


def samples(gold: Sequence[float], given: Sequence[float]) -> list[Sample]:
    """ValueError: lengths that differ."""
    if len(gold) != len(given):
        raise ValueError(f"{len(gold)} gold numbers and {len(given)} given ones")
    rows = np.array([gold, given], dtype=np.float64).reshape(2, -1).T
    no_scale = "no variation: gold or given is the same throughout"
    return [Sample(SPEARMAN, rows, None, no_scale, closed=_closed, whole=_value)]  # ranks are no sums over items


def _closed(rows: np.ndarray) -> Measured:
    found = spearman(rows[:, 0], rows[:, 1])
    return Measured(found.rho, found.reason)


def _value(rows: np.ndarray) -> float:
    return spearman(rows[:, 0], rows[:, 1]).rho.estimate
