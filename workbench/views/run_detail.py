"""One run in full: every metric, and on classification the figures of each class and the confusion matrix."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose, nan
from typing import Any

from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson
from workbench.store import Store, outcomes, runs
from workbench.tasks.main_metric import METRIC
from workbench.views.bench import RunRow, run_row

_OF_CLASS = re.compile(r"\w+\[\d+\]")  # `f1[2]`: of the class with that number, from 0


@dataclass(frozen=True, slots=True)
class MetricRow:
    """`reason`: why a part of the value is NaN; None where all is known."""

    name: str
    value: Interval
    higher_is_better: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of a classification task. `f1` is NaN where the class neither is nor was given.

    Its interval is the one that the run kept; without one, its n counts the items that are of the class or were given.
    """

    label: str
    recall: Interval
    precision: Interval
    f1: Interval


@dataclass(frozen=True, slots=True)
class RunDetail:
    """`classes` and `confusion` (counts, gold by given) are empty for a task whose items have choices of their own.

    What a run keeps of single classes is among `classes`, not among `metrics`.
    """

    row: RunRow
    metrics: tuple[MetricRow, ...]
    classes: tuple[ClassRow, ...]
    confusion: tuple[tuple[int, ...], ...]

    @property
    def listed(self) -> tuple[MetricRow, ...]:
        """The metrics without micro averages that are the accuracy over again, as they are of items with one label."""
        accuracy = next((one.value.estimate for one in self.metrics if one.name == METRIC), nan)
        return tuple(one for one in self.metrics
                     if not (one.name.endswith("_micro") and isclose(one.value.estimate, accuracy)))  # fmt: skip


def run_detail(store: Store, run_id: int) -> RunDetail:
    """UnknownNumber for a run that does not exist."""
    run = runs.by_id(store, run_id)
    labels = outcomes.labels(store, run_id) if run.finished_at else ()
    counts = outcomes.confusion(store, run_id) if labels else {}
    matrix = tuple(tuple(counts.get((gold, given), 0) for given in range(len(labels))) for gold in range(len(labels)))
    kept = {name: _metric(name, one) for name, one in run.metrics.items() if isinstance(one, dict)}
    classes = tuple(_class(label.strip(), at, matrix, kept) for at, label in enumerate(labels))
    metrics = tuple(one for name, one in kept.items() if not _OF_CLASS.fullmatch(name))
    return RunDetail(run_row(store, run), metrics, classes, matrix)


def _metric(name: str, kept: Mapping[str, Any]) -> MetricRow:
    value, low, high = (nan if kept[key] is None else kept[key] for key in ("value", "low", "high"))
    return MetricRow(name, Interval(value, low, high, kept["n"]), kept["higher_is_better"], kept["reason"])


def _class(label: str, at: int, matrix: tuple[tuple[int, ...], ...], kept: Mapping[str, MetricRow]) -> ClassRow:
    hits, gold, given = matrix[at][at], sum(matrix[at]), sum(row[at] for row in matrix)
    either = gold + given - hits
    counted = Interval(2 * hits / (gold + given) if either else nan, nan, nan, either)
    known = kept.get(f"f1[{at}]")
    return ClassRow(label, wilson(hits, gold), wilson(hits, given), known.value if known else counted)
