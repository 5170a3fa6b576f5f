"""Two runs compared by a metric of all items together, or by scores that are neither right nor wrong: bootstrapped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench import metrics
from workbench.statistics.mean import Z_975
from workbench.statistics.paired import Z_80, Paired
from workbench.tasks.aggregate import sample_of

_SEED = 0
_POWER = (Z_975 + Z_80) / (2 * Z_975)  # of the width of a 95 % interval: the difference that 80 % of samples show


def paired_parts(aggregation: str, first: Sequence[Any], second: Sequence[Any]) -> Paired | None:
    """The same items in the same order; `first` and `second` are what lm-eval's `aggregation` takes from each.

    Both are drawn together, 1,000 times. `gained` and `lost` are 0: such items have no sides. None for a task's own
    aggregation.
    """
    samples = [sample_of(aggregation, [_tuple(one) for one in values]) for values in (first, second)]
    one, other = samples
    if one is None or other is None:
        return None
    found = metrics.difference(one, other, np.random.default_rng(_SEED))
    interval = found.measured.interval
    return Paired(interval, one.estimate, other.estimate, 0, 0, found.p, _POWER * (interval.high - interval.low))


def _tuple(part: Any) -> Any:
    """JSON has lists only; lm-eval's pairs are tuples."""
    return tuple(part) if isinstance(part, list) else part
