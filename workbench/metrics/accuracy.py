"""Accuracy: the share of items whose label is the gold one. No answer is a wrong one."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.metrics._labels import Label, classes
from workbench.metrics._measure import Metric, Sample, share

KIND = "labels"
ACCURACY = Metric("accuracy", "share")
METRICS = (ACCURACY,)


def samples(gold: Sequence[Label], given: Sequence[Label]) -> list[Sample]:
    classes(gold, given)
    return [share(ACCURACY, [one == other for one, other in zip(gold, given, strict=True)])]
