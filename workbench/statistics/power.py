"""How many more ratings would show a stated difference? Planned from the spread that was measured so far.

The question that `paired` answers the other way round: there n is given and the smallest detectable difference
follows. Without numpy, like `paired`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from workbench.statistics.mean import MIN_N, Z_975, t_quantile
from workbench.statistics.paired import Z_80


@dataclass(frozen=True, slots=True)
class Needed:
    """Items that show `difference` at the 5 % level in 80 % of cases, of which `measured` are there already.

    `low` and `high` are what the 95 % interval of the spread gives: that of ten items may in truth be .7 to 1.8 times
    as wide. All three are None where they cannot be told, and `reason` says why in words.
    """

    difference: float
    measured: int
    total: int | None
    low: int | None
    high: int | None
    reason: str | None

    @property
    def more(self) -> int | None:
        """Items that are missing; 0 where enough are there, None where it cannot be told."""
        return None if self.total is None else max(0, self.total - self.measured)


def items_needed(differences: Sequence[float], difference: float) -> Needed:
    """How many paired items show a mean difference of that size, if they scatter as `differences` do.

    Items are prompts where several answers of one are judged: give one difference a prompt. n is the normal
    approximation ((z .975 + z .80) * spread / difference)^2 (Cohen 1988), raised until Student's t agrees with it,
    as in `paired.paired_values`: at most one less than the noncentral t gives.
    ValueError: a difference that is not above 0.
    """
    if not difference > 0:
        raise ValueError(f"A difference of {difference} needs no items.")
    n = len(differences)
    if n < MIN_N:
        return Needed(difference, n, None, None, None, f"n = {n} is too small to know the spread")
    mean = sum(differences) / n
    squares = sum((one - mean) ** 2 for one in differences)
    if squares == 0:
        return Needed(difference, n, None, None, None, f"no spread: all {n} differences are the same")
    narrow, wide = (squares / _chi_square(n - 1, z) for z in (Z_975, -Z_975))
    total, low, high = (_items(sqrt(variance), difference) for variance in (squares / (n - 1), narrow, wide))
    return Needed(difference, n, total, low, high, None)


def _items(spread: float, difference: float) -> int:
    """The least n whose detectable difference is no larger."""
    n = max(MIN_N, ceil(((Z_975 + Z_80) * spread / difference) ** 2))
    while (t_quantile(n - 1) + Z_80) * spread / sqrt(n) > difference:
        n += 1
    return n


def _chi_square(freedom: int, z: float) -> float:
    """Quantile of chi-square at the normal quantile z (Wilson & Hilferty 1931).

    Within 1 % from 9 degrees of freedom on; at 2 the lower one is half of what it should be: `high` is too careful.
    """
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + z * sqrt(part)) ** 3)
