"""Several tests of one question: p-values that keep the chance of any false alarm below 5 %."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values (0..1) in the order given, by Holm's step-down procedure (1979).

    The k-th smallest of m is multiplied by m - k + 1, never falls below a smaller one, and ends at 1.
    NaN (a test that could not be made) stays NaN and is not counted in m.
    """
    made = sorted((i for i, p in enumerate(p_values) if not isnan(p)), key=lambda i: p_values[i])
    adjusted = list(p_values)
    floor = 0.0
    for rank, i in enumerate(made):
        floor = max(floor, min(1.0, (len(made) - rank) * p_values[i]))
        adjusted[i] = floor
    return adjusted
