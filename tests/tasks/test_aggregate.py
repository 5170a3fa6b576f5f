"""A run's metrics: lm-eval's value, our interval, and a reason where there is none."""

from __future__ import annotations

from math import isnan

import pytest
from lm_eval.api import metrics as theirs

from workbench.statistics.proportion import wilson
from workbench.tasks.aggregate import aggregated, reported


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
        (theirs.ter, [("the cat sat on the mat", "the cat sat on a mat"), ("it rains a lot", "it rains a lot")] * 6),
        (theirs.chrf, [("the cat sat", "the cat"), ("it rains", "rain")] * 6),
        (theirs.mean, [0.2, 0.5, 0.9] * 5),
    ],
)
def test_lm_evals_value_lies_within_our_interval(aggregate, values):
    found = measured(values, aggregate)
    assert found["value"] == pytest.approx(aggregate(values))
    assert found["low"] < found["value"] < found["high"]
    assert found["reason"] is None


def middle(items):
    """A task's own aggregation."""
    return sorted(items)[len(items) // 2]


def test_a_tasks_own_aggregation_is_asked_in_each_draw():
    # of 101 items the median's interval runs from about the 41st to the 61st value: 50 +- 1.96 * sqrt(101) / 2
    found = measured([float(at) for at in range(101)], middle)
    assert (found["value"], found["n"], found["reason"]) == (50, 101, None)
    assert (found["low"], found["high"]) == (pytest.approx(40, abs=2), pytest.approx(60, abs=2))


def test_a_draw_that_it_cannot_take_has_no_value():
    def needs_the_last(items):
        return 1 / items.count(19.0)

    # the last of 20 items is missing in .95^20 = 36 % of the draws
    found = measured([float(at) for at in range(20)], needs_the_last)
    assert found["reason"] == "in more than one draw of twenty: needs_the_last has no value"


@pytest.mark.parametrize(
    ("n", "reason"),
    [
        (2, "n = 2 is too small for an interval"),
        (1001, "no interval for the task's own way, middle: 1,001 items are more than 1,000"),
    ],
)
def test_a_tasks_own_aggregation_of_too_few_or_too_many_items_says_so(n, reason):
    found = measured([float(at) for at in range(n)], middle)
    assert (isnan(found["low"]), found["n"], found["reason"]) == (True, n, reason)


def test_a_value_that_is_undefined_here_keeps_lm_evals_and_says_so():
    found = measured([(1, 1)] * 12, theirs.matthews_corrcoef)  # scikit-learn says 0
    assert (found["value"], isnan(found["low"])) == (0.0, True)
    assert found["reason"] == "no variation: gold or given is the same throughout"


def test_metrics_of_several_filters_share_their_aggregation():
    items = [{"m,strict": 1.0, "m,flexible": 0.0}] * 2
    found = aggregated(items, {"m": theirs.mean}, {"m": False})
    assert (found["m,strict"]["value"], found["m,flexible"]["higher_is_better"]) == (1.0, False)


def test_a_value_that_somebody_else_computed_has_the_interval_of_its_items():
    pairs = [[1, 1], [1, 0], [0, 1], [0, 0]] * 5  # as JSON keeps (gold, given)
    config = {"metric_list": [{"metric": "f1"}, {"metric": "acc", "aggregation": "mean"}]}
    items = [{"f1": pair, "acc": float(pair[0] == pair[1])} for pair in pairs]
    # of the positives 5 are found, 5 missed, 5 falsely called: 2 * 5 / (10 + 10)
    found = reported({"f1": 0.5, "acc": 0.5}, items, config, {"acc": True})
    expected = wilson(10, 20)
    assert (found["acc"]["low"], found["acc"]["high"], found["acc"]["n"]) == (expected.low, expected.high, 20)
    assert found["f1"] == measured([tuple(pair) for pair in pairs], theirs.f1_score)


def test_a_value_without_its_items_keeps_it_and_has_no_interval():
    found = reported({"acc": 0.5, "odd": None}, [{}], {}, {"odd": False})
    assert (found["acc"]["value"], isnan(found["acc"]["low"]), found["acc"]["reason"]) == (0.5, True, "no data")
    assert (isnan(found["odd"]["value"]), found["odd"]["higher_is_better"]) == (True, False)
