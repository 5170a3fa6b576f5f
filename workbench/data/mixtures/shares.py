"""How many rows each part of a mixture gets: pure arithmetic on rates, quotas and replay shares."""

from __future__ import annotations

import math
from collections.abc import Sequence

from workbench.data.mixtures.spec import Mixture, Part
from workbench.errors import DataError, UsageError

_DIGITS = 9  # of a share: powers differ in the last bit between machines, counts must not


def shares(rates: Sequence[float], temperature: float) -> list[float]:
    """Rates (> 0) to the power 1/temperature, summing to 1: T5's temperature-scaled mixing (Raffel et al. 2020).

    At a very small temperature a share may be 0.
    """
    largest = max(rates)
    scaled = [(rate / largest) ** (1 / temperature) for rate in rates]
    return [one / sum(scaled) for one in scaled]


def apportioned(total: int, given: Sequence[float]) -> list[int]:
    """Whole numbers that sum to `total`, by largest remainder; of equal remainders the earlier wins.

    `given` are shares that sum to 1.
    """
    exact = [round(total * share, _DIGITS) for share in given]
    counts = [math.floor(one) for one in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: (counts[at] - exact[at], at))
    for at in by_remainder[: total - sum(counts)]:
        counts[at] += 1
    return counts


def counts(mixture: Mixture, sizes: Sequence[int]) -> list[int]:
    """Rows of each part, in their order. `sizes` are the rows (> 0) that there are to train on.

    UsageError where the quotas do not fit the rows wanted; DataError for a part that would get no row.
    """
    parts = mixture.parts
    open_ = [at for at, part in enumerate(parts) if part.quota is None and part.replay is None]
    replayed = [at for at, part in enumerate(parts) if part.replay is not None]
    rates = [_rate(parts[at], sizes[at], mixture.cap) for at in open_]
    given = shares(rates, mixture.temperature) if rates else []
    main, again = _totals(mixture, [sizes[at] for at in open_], given)
    found = [part.quota or 0 for part in parts]
    for at, count in zip(open_, apportioned(main - sum(found), given), strict=True):
        found[at] = count
    for at, count in zip(replayed, _replayed(again, [parts[at].replay or 0 for at in replayed]), strict=True):
        found[at] = count
    _check(found, parts)
    return found


def _rate(part: Part, size: int, cap: int | None) -> float:
    if part.weight is not None:
        return part.weight
    return size if cap is None else min(size, cap)


def _totals(mixture: Mixture, sizes: Sequence[int], given: Sequence[float]) -> tuple[int, int]:
    """Rows of the sources, and rows replayed beside them."""
    quotas = sum(part.quota or 0 for part in mixture.parts)
    share = sum(part.replay or 0 for part in mixture.parts)
    if mixture.rows is None:
        # counts of the largest total in which no row of a part with a share comes twice
        once = min((size / one for size, one in zip(sizes, given, strict=True) if one), default=0.0)
        main = quotas + math.floor(round(once, _DIGITS))
        return main, round(main * share / (1 - share))
    again = round(mixture.rows * share)
    main = mixture.rows - again
    if main < quotas or (not given and main != quotas):
        beside = f", of which {again:,} are replayed" if again else ""
        raise UsageError(
            f"The quotas add up to {quotas:,}, but {mixture.rows:,} rows are wanted{beside}.",
            "Leave rows away, or change a quota.",
        )
    return main, again


def _replayed(total: int, given: Sequence[float]) -> list[int]:
    return apportioned(total, [one / sum(given) for one in given]) if given else []


def _check(found: Sequence[int], parts: Sequence[Part]) -> None:
    for count, part in zip(found, parts, strict=True):
        if not count:
            raise DataError(
                f"None of the {sum(found):,} rows would come from {part.task}: its share is too small.",
                "Ask for more rows, or give it a quota or a larger share.",
            )
