"""The confusion matrix: of the items of each class, the share that was called each class; a row a gold class.

A cell has Wilson's interval, and its n is that of its row: share times n is the count. Items without an answer are in
the n of their row and in none of its cells.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.metrics._labels import Label, classes, columns
from workbench.metrics._measure import Measured, Metric, Sample, ratio
from workbench.statistics.proportion import wilson

KIND = "labels"
METRICS: tuple[Metric, ...] = ()  # they are named by the labels


def samples(gold: Sequence[Label], given: Sequence[Label]) -> list[Sample]:
    """Row by row, each cell as `confusion[gold,given]`; labels are sorted as text."""
    known = classes(gold, given)
    are, called = columns(gold, known), columns(given, known)
    return [
        _cell(label, other, np.column_stack([are[:, row] * called[:, column], are[:, row]]))
        for row, label in enumerate(known)
        for column, other in enumerate(known)
    ]


def _cell(label: Label, other: Label, rows: np.ndarray) -> Sample:
    metric = Metric(f"confusion[{label},{other}]", "share", higher_is_better=label == other)
    missing = f"no item is {label}"

    def closed(its: np.ndarray) -> Measured:
        found = wilson(int(its[:, 0].sum()), int(its[:, 1].sum()))
        return Measured(found, None if found.n else missing)

    return Sample(metric, rows, lambda sums: ratio(sums[..., 0], sums[..., 1]), missing, closed)
