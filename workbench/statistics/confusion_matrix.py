"""The confusion matrix: what items are against what they were called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson


@dataclass(frozen=True, slots=True)
class ConfusionMatrix:
    """`counts[gold][given]` of `labels`, sorted as text; None, no answer, stands last and is given only."""

    labels: tuple[Hashable, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def n(self) -> int:
        return sum(map(sum, self.counts))

    def share(self, gold: Hashable, given: Hashable) -> Interval:
        """Of the items that are `gold`, the share that was called `given`, with Wilson's interval; NaN without any."""
        row = self.counts[self.labels.index(gold)]
        return wilson(row[self.labels.index(given)], sum(row))


def confusion_matrix(gold: Sequence[Hashable], given: Sequence[Hashable]) -> ConfusionMatrix:
    """ValueError: lengths that differ."""
    counts = Counter(zip(gold, given, strict=True))
    labels = sorted({*gold, *given}, key=lambda label: (label is None, str(label)))
    return ConfusionMatrix(tuple(labels), tuple(tuple(counts[one, other] for other in labels) for one in labels))
