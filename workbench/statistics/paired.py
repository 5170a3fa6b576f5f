"""Two models, or two variants of the input, on the same items: second minus first.

Items are the same, so the pairs carry the information: two accuracies with intervals of their own that
overlap may still differ. Without numpy, since the terminal compares too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb, exp, lgamma, log, nan, sqrt

from workbench.statistics.mean import MIN_N, Z_975, Interval, mean_interval, t_quantile

Z_80 = 0.8416212335729143  # 80 % quantile of the normal distribution: the power asked for
_EXACT_TOSSES = 1000  # 2 to this power is still a float
_HALVINGS = 60  # of an interval no wider than 2: well below the precision of a float


@dataclass(frozen=True, slots=True)
class Paired:
    """What changed from the first to the second on the same n items.

    `difference` is second minus first. `gained` counts items where the second is higher (wrong -> right),
    `lost` where it is lower (right -> wrong). `p` is two-sided: exact McNemar, NaN where it is not defined.
    `detectable` is the smallest true difference that this n would show in 80 % of cases, NaN where no difference
    could be shown at all.
    """

    difference: Interval
    first: float
    second: float
    gained: int
    lost: int
    p: float
    detectable: float

    @property
    def n(self) -> int:
        return self.difference.n

    @property
    def reason(self) -> str | None:
        """Why the comparison, or a part of it, is undefined, in words; None where all is known."""
        if self.difference.n and self.detectable != self.detectable:
            return f"n = {self.n} is too small for any difference to be seen"
        return self.difference.reason


def paired_outcomes(first: Sequence[float], second: Sequence[float]) -> Paired:
    """Compare right and wrong answers (1 and 0, or booleans) on the same items, in the same order.

    ValueError: lengths that differ, or a value other than 0 and 1.
    """
    pairs = list(zip(first, second, strict=True))
    if any(value not in (0, 1) for pair in pairs for value in pair):
        raise ValueError("An outcome is neither 0 nor 1; paired_values compares other scores.")
    gained, lost = _flips(pairs)
    return paired_counts(len(pairs), int(sum(first)), gained, lost)


def paired_counts(n: int, first_right: int, gained: int, lost: int) -> Paired:
    """The same comparison from counts: n items, `first_right` of them right the first time. NaN throughout at n = 0.

    ValueError: counts that no table of n pairs can have.
    """
    if min(gained, lost) < 0 or not lost <= first_right <= n - gained:
        raise ValueError(f"{n} pairs, {first_right} right first, {gained} gained, {lost} lost")
    if n == 0:
        return Paired(tango(0, 0, 0), nan, nan, 0, 0, nan, nan)
    return Paired(
        difference=tango(gained, lost, n),
        first=first_right / n,
        second=(first_right + gained - lost) / n,
        gained=gained,
        lost=lost,
        p=mcnemar(gained, lost),
        detectable=detectable_difference(n, (gained + lost) / n),
    )


def paired_values(first: Sequence[float], second: Sequence[float]) -> Paired:
    """Compare real scores on the same items: mean difference with Student's t interval.

    `p` is NaN: the test is `permutation.sign_flip` of the differences, which needs a generator.
    The interval and `detectable` are NaN below n = 3. ValueError: lengths that differ.
    """
    pairs = list(zip(first, second, strict=True))
    n = len(pairs)
    changes = [b - a for a, b in pairs]
    # Sums around the mean: squares of large equal scores would cancel.
    mean = sum(changes) / n if n else nan
    spread = sum((change - mean) ** 2 for change in changes)
    around = mean_interval(n, 0.0, spread)
    gained, lost = _flips(pairs)
    return Paired(
        difference=Interval(mean, mean + around.low, mean + around.high, n),
        first=sum(first) / n if n else nan,
        second=sum(second) / n if n else nan,
        gained=gained,
        lost=lost,
        p=nan,
        detectable=nan if n < MIN_N else (t_quantile(n - 1) + Z_80) * sqrt(spread / (n - 1) / n),
    )


def _flips(pairs: Sequence[tuple[float, float]]) -> tuple[int, int]:
    return sum(b > a for a, b in pairs), sum(b < a for a, b in pairs)


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p of McNemar's test: gains and losses as tosses of a fair coin; 1 when nothing flipped.

    As scipy's binomtest(gained, gained + lost) gives it, which the tests hold it to; the terminal loads no scipy.
    Twice the smaller binomial tail, at most 1. Its terms are summed as shares of the largest, downwards to what no
    float can tell from 0. Right to 15 digits, beyond 1,000 flips to 8: integers of 75,000 bits would take a second.
    """
    flips, fewer = gained + lost, min(gained, lost)
    tail = share = 1.0
    for k in range(fewer, 0, -1):
        share *= k / (flips - k + 1)  # C(flips, k - 1) from C(flips, k)
        if tail + share == tail:
            break
        tail += share
    return min(1.0, 2 * tail * _binomial(flips, fewer))


def _binomial(tosses: int, heads: int) -> float:
    """The probability of so many heads of a fair coin."""
    if tosses <= _EXACT_TOSSES:
        return comb(tosses, heads) / (1 << tosses)
    ways = lgamma(tosses + 1) - lgamma(heads + 1) - lgamma(tosses - heads + 1)
    return exp(ways - tosses * log(2))


def tango(gained: int, lost: int, n: int) -> Interval:
    """(gained - lost) / n in -1..1 with Tango's asymptotic score interval (1998); NaN at n = 0.

    The differences that a score test does not refuse. Its coverage is close to 95 % from small n on and it keeps
    a width where nothing flipped: +-z^2 / (n + z^2) (Fagerland, Lydersen & Laake 2014 recommend it). At 0 its
    test is McNemar's without continuity correction, so with few flips the exact p may exceed .05 while it leaves 0 out.
    """
    if n == 0:
        return Interval(nan, nan, nan, 0)
    observed = (gained - lost) / n

    def refused(difference: float) -> bool:
        distance = gained - lost - n * difference
        return distance**2 > Z_975**2 * _tango_variance(gained, lost, n, difference)

    low = _boundary(lambda step: refused(observed - step), observed + 1)
    high = _boundary(lambda step: refused(observed + step), 1 - observed)
    return Interval(observed, observed - low, observed + high, n)


def _tango_variance(gained: int, lost: int, n: int, difference: float) -> float:
    """Variance of gained - lost if `difference` is true; the share of losses then has this maximum-likelihood value."""
    b = (2 * n - gained + lost) * difference - gained - lost
    c = -lost * difference * (1 - difference)
    loss = (sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
    return max(0.0, n * (2 * loss + difference * (1 - difference)))


def detectable_difference(n: int, flipped: float) -> float:
    """The smallest true difference of two shares that the exact test shows (p < .05) in 80 % of cases.

    `flipped` is the share of items (0..1) whose outcome differs, taken as known; it cannot be smaller than the
    difference, so with few flips it is what one-sided flips alone would need. Connor (1987) with a continuity
    correction for the exact test: on the large side where fewer than about 30 items flip (power up to 92 %).
    NaN below n = 6: five flips in one direction still have p = .0625.
    """
    if n < 6:
        return nan

    def shown(difference: float) -> bool:
        spread = max(flipped, difference)
        needed = Z_975 * sqrt(spread) + Z_80 * sqrt(spread - difference**2)
        return (difference - 1 / n) * sqrt(n) >= needed

    return _boundary(shown, 1.0)


def _boundary(beyond: Callable[[float], bool], width: float) -> float:
    """Where in 0..width `beyond` turns true; `width` if it never does."""
    inside, outside = 0.0, width
    if not beyond(width):
        return width
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if beyond(middle) else (middle, outside)
    return outside
