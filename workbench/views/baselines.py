"""What no language model is needed for, beside two runs: guessing, and counting words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan

from workbench.statistics.mean import Interval
from workbench.statistics.paired import paired_counts
from workbench.statistics.proportion import wilson
from workbench.store import Store, outcomes, runs, simple_classifier
from workbench.tasks.main_metric import METRIC
from workbench.views.bench import RunRow


@dataclass(frozen=True, slots=True)
class Baseline:
    """What no language model is needed for. `first` and `second`: what each run is above it, with the interval.

    `value` of guessing is exact: its bounds are the value itself. TF-IDF with logistic regression is cross-validated on
    the same items, and paired with each run item by item.
    """

    name: str
    value: Interval
    first: Interval
    second: Interval


def baselines(store: Store, first: RunRow, second: RunRow) -> Iterator[Baseline]:
    """Of two runs on one version of a task; none where items are neither right nor wrong."""
    if first.guess is not None and first.accuracy and second.accuracy:
        exact = Interval(first.guess, first.guess, first.guess, first.accuracy.n)
        yield Baseline("guessing", exact, *(_above(row.accuracy, first.guess) for row in (first, second)))
    told = simple_classifier.right(store, runs.task_hash(store, first.task_id))
    if told is not None and first.metric == METRIC and first.binary and second.binary:
        counted = told[: first.answered]
        yield Baseline(
            "TF-IDF", wilson(sum(counted), len(counted)), *(_paired(store, row, counted) for row in (first, second))
        )


def _paired(store: Store, row: RunRow, counted: Sequence[bool]) -> Interval:
    """What a run is above a classifier, item by item."""
    right = [one.score == 1 for one in outcomes.outcomes(store, row.id)]
    gained = sum(one and not other for one, other in zip(right, counted, strict=True))
    lost = sum(other and not one for one, other in zip(right, counted, strict=True))
    return paired_counts(len(right), sum(counted), gained, lost).difference


def _above(accuracy: Interval | None, known: float) -> Interval:
    """What an accuracy is above a value that is known exactly."""
    one = accuracy or Interval(nan, nan, nan, 0)
    return Interval(one.estimate - known, one.low - known, one.high - known, one.n)
