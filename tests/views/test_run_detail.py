"""One run in full: metrics, classes and the confusion matrix."""

from __future__ import annotations

from math import isnan

import answered_runs
import pytest

from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson
from workbench.store import runs
from workbench.views.run_detail import run_detail


def test_each_class_is_counted_from_the_confusion_matrix(store):
    """Four items of class a: two are called a, one b, one c; F1 of a is 2 * 2 / (4 + 2)."""
    found = run_detail(store, answered_runs.run(store, [0, 0, 1, 2]).id)
    a, b, _ = found.classes
    assert found.confusion == ((2, 1, 1), (0, 0, 0), (0, 0, 0))
    assert (a.label, a.recall, a.precision, a.f1.estimate, a.f1.n) == (
        "a", wilson(2, 4), wilson(2, 2), pytest.approx(2 / 3), 4,
    )  # fmt: skip
    assert (b.f1.estimate, b.f1.n, isnan(b.recall.estimate)) == (0, 1, True)


def test_what_the_run_kept_of_a_class_has_its_interval_there(store):
    run = answered_runs.run(store, [0, 1])
    kept = {"value": 0.6, "low": 0.2, "high": 0.9, "n": 2, "reason": None, "higher_is_better": True}
    with store.write() as db:
        db.execute(
            "UPDATE runs SET metrics = ?", (runs.canonical_json({"acc": kept, "f1[0]": kept, "recall[0]": kept}),)
        )
    found = run_detail(store, run.id)
    assert found.classes[0].f1 == Interval(0.6, 0.2, 0.9, 2)
    assert [one.name for one in found.metrics] == ["acc"]


def test_micro_averages_are_listed_only_where_they_are_not_the_accuracy(store):
    run = answered_runs.run(store, [0, 1])
    kept = {"value": 0.6, "low": 0.2, "high": 0.9, "n": 2, "reason": None, "higher_is_better": True}
    metrics = {"acc": kept, "f1_micro": kept, "precision_micro": {**kept, "value": 0.7}, "f1_macro": kept}
    with store.write() as db:
        db.execute("UPDATE runs SET metrics = ?", (runs.canonical_json(metrics),))
    found = run_detail(store, run.id)
    assert [one.name for one in found.listed] == ["acc", "f1_macro", "precision_micro"]
    assert len(found.metrics) == 4
