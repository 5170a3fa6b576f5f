"""How often a preference is turned round by chance, from pairs that one rater judged twice.

DPO's `robust` loss takes as `label_smoothing` the chance e that the label of a pair is flipped (Chowdhury, Kini &
Natarajan 2024), and a pair is exported from one judgment. What is measured is another number: the share of repeats in
which a rater contradicts the first judgment. Two independent judgments of a pair, each flipped with chance e, differ
when exactly one of them is: with chance 2 e (1 - e). So e is solved from the share; the share itself would be almost
twice too much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan, sqrt

from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson

MOST = 0.49  # the loss divides by 1 - 2 * label_smoothing; at one half a pair says nothing


def repeated_margins(visits: Sequence[Mapping[int, float]], min_margin: float) -> list[tuple[float, float]]:
    """(first, again), in points, of the pair that one rater's first visit to a prompt would export, for each later one.

    A visit maps answers to their means; the pair is best against worst, and at least `min_margin` apart the first time.
    """
    first, *later = visits
    best, worst = max(first, key=lambda one: first[one]), min(first, key=lambda one: first[one])
    margin = first[best] - first[worst]
    if margin < max(min_margin - 1e-9, 1e-9):  # means of thirds are not exact in binary; a tie is no pair
        return []
    return [(margin, again[best] - again[worst]) for again in later if best in again and worst in again]


def contradictions(first: Sequence[float], again: Sequence[float]) -> Interval:
    """Share (0..1) of repeats whose direction changed, with Wilson's interval; ties on either side do not count.

    Signed margins of the same two answers, first and again: points, or 1, 0 and -1 for a comparison. Give only
    repeats that would be exported: close pairs contradict each other more often. ValueError: lengths that differ.
    """
    products = [before * after for before, after in zip(first, again, strict=True)]
    decided = [product for product in products if product != 0]
    return wilson(sum(product < 0 for product in decided), len(decided))


def label_smoothing(contradicted: Interval) -> Interval:
    """The chance (0..0.49) that one judgment points the wrong way; NaN without repeats.

    If each of two judgments is turned round by chance e, they contradict each other with chance 2 e (1 - e): a
    quarter of contradictions means that 15 % of the judgments are wrong, not 25 %.
    """
    return Interval(
        _turned(contradicted.estimate), _turned(contradicted.low), _turned(contradicted.high), contradicted.n
    )


def _turned(contradicted: float) -> float:
    """Half of the contradictions and more are capped; NaN stays NaN."""
    if isnan(contradicted):
        return nan
    return min(MOST, (1 - sqrt(max(0.0, 1 - 2 * contradicted))) / 2)
