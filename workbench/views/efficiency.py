"""What a run cost: seconds an item, tokens a second, peak memory, and how many requests did not fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan

import numpy as np

from workbench import metrics
from workbench.metrics import Measured, efficiency
from workbench.store import Store, run_costs

_NOT_COUNTED = "the engine counts no tokens"
_NOT_TOLD = "the memory is not this machine's, or cannot be told"


@dataclass(frozen=True, slots=True)
class RunCost:
    """Of the batches that were timed: their intervals' n counts batches. NaN with a reason where nothing is known.

    `tokens_per_second` takes each request's tokens as if it were alone, so what requests share raises it.
    `peak_memory` is in bytes. `truncated` requests were cut on the left to fit into the model's context.
    """

    seconds_per_item: Measured
    tokens_per_second: Measured
    peak_memory: Measured
    truncated: int


def run_cost(store: Store, run_id: int) -> RunCost | None:
    """None where nothing was measured, as for imported runs."""
    found = run_costs.of(store, run_id)
    if not found:
        return None
    samples = efficiency.of_batches(
        [one.items for one in found], [one.tokens for one in found], [one.seconds for one in found]
    )
    timed = metrics.measured(samples, np.random.default_rng(0))
    rate = timed[efficiency.RATE.name]
    peaks = [one.peak_memory for one in found if one.peak_memory is not None]
    peak = metrics.measured([efficiency.peak_memory(peaks)], np.random.default_rng(0))[efficiency.PEAK.name]
    return RunCost(
        timed[efficiency.SECONDS.name],
        rate if any(one.tokens for one in found) else _unknown(rate, _NOT_COUNTED),
        peak if peaks else _unknown(peak, _NOT_TOLD),
        sum(one.truncated for one in found),
    )


def _unknown(measured: Measured, reason: str) -> Measured:
    return Measured(replace(measured.interval, estimate=nan, low=nan, high=nan), reason)
