"""A run's metrics: lm-eval's value, our interval, and a reason where there is none."""

from __future__ import annotations

from math import isnan

import pytest
from lm_eval.api import metrics as theirs

from workbench.statistics.proportion import wilson
from workbench.tasks.aggregate import aggregated


def measured(values, aggregate, name="m"):
    return aggregated([{name: one} for one in values], {name: aggregate}, {name: True})[name]


def test_an_accuracy_has_wilsons_interval():
    found, expected = measured([1, 0, 1, 1.0], theirs.mean), wilson(3, 4)
    assert (found["value"], found["low"], found["high"], found["n"]) == (0.75, expected.low, expected.high, 4)


@pytest.mark.parametrize(
    ("aggregate", "values"),
    [
        (theirs.f1_score, [(1, 1), (1, 0), (0, 1), (0, 0)] * 5),
        (theirs.matthews_corrcoef, [(1, 1), (1, 1), (0, 1), (0, 0)] * 5),
        (theirs.weighted_perplexity, [(-9.0, 4), (-7.0, 3), (-1.0, 2)] * 5),
        (theirs.bits_per_byte, [(-9.0, 4), (-7.0, 3), (-1.0, 2)] * 5),
        (theirs.perplexity, [-1.0, -2.5, -0.2] * 5),
        (theirs.bleu, [("the cat sat on the mat", "the cat sat on a mat"), ("it rains a lot", "it rains a lot")] * 6),
        (theirs.chrf, [("the cat sat", "the cat"), ("it rains", "rain")] * 6),
        (theirs.mean, [0.2, 0.5, 0.9] * 5),
    ],
)
def test_lm_evals_value_lies_within_our_interval(aggregate, values):
    found = measured(values, aggregate)
    assert found["value"] == pytest.approx(aggregate(values))
    assert found["low"] < found["value"] < found["high"]
    assert found["reason"] is None


def test_a_tasks_own_aggregation_has_no_interval_and_says_so():
    def worst(items):
        return min(items)

    found = measured([3.0, 1.0], worst)
    assert (found["value"], isnan(found["low"]), found["n"]) == (1.0, True, 2)
    assert found["reason"] == "no interval for the task's own way, worst"


def test_a_value_that_is_undefined_here_keeps_lm_evals_and_says_so():
    found = measured([(1, 1)] * 12, theirs.matthews_corrcoef)  # scikit-learn says 0
    assert (found["value"], isnan(found["low"])) == (0.0, True)
    assert found["reason"] == "no variation: gold or given is the same throughout"


def test_metrics_of_several_filters_share_their_aggregation():
    items = [{"m,strict": 1.0, "m,flexible": 0.0}] * 2
    found = aggregated(items, {"m": theirs.mean}, {"m": False})
    assert (found["m,strict"]["value"], found["m,flexible"]["higher_is_better"]) == (1.0, False)
