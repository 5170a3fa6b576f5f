"""From rows to intervals: closed forms, one resampling for all metrics, clusters, and paired differences."""

from __future__ import annotations

from math import isnan

import cases
import numpy as np
import pytest

from workbench import metrics
from workbench.metrics import accuracy, f1, matthews, spearman, token_f1
from workbench.statistics.mean import mean_interval
from workbench.statistics.proportion import wilson

GOLD = ["a", "b", "b", "a", "b"] * 20
GIVEN = ["a", "b", "a", "a", "a"] * 20


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_share_of_independent_items_has_wilsons_interval():
    assert cases.measured("accuracy", (GOLD, GIVEN))["accuracy"].interval == wilson(60, 100)


def test_a_mean_of_independent_items_has_students_interval():
    # half of the items 1, half 0
    (sample,) = token_f1.samples([["x"]] * 20, ["x", "y"] * 10)
    found = metrics.measured([sample], rng())["token_f1"].interval
    expected = mean_interval(20, 10.0, 10.0)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_metrics_of_the_same_items_share_their_draws():
    alone = metrics.measured(matthews.samples(GOLD, GIVEN), rng())["matthews"]
    f1s = f1.of_class(GOLD, GIVEN, "a")
    again = metrics.measured([*matthews.samples(GOLD, GIVEN), *matthews.samples(GOLD, GIVEN)], rng())["matthews"]
    assert alone == again
    assert set(metrics.measured([*f1s, *matthews.samples(GOLD, GIVEN)], rng())) > {"f1[a]", "matthews"}


def test_a_seed_fixes_the_interval():
    found = [metrics.measured(f1.of_class(GOLD, GIVEN, "a"), rng(seed))["f1[a]"] for seed in (1, 1, 2)]
    assert found[0] == found[1] != found[2]


def test_items_that_share_a_document_widen_the_interval():
    # ten documents of ten items that are right or wrong together: as good as ten items
    samples = accuracy.samples(["a"] * 100, (["a"] * 10 + ["b"] * 10) * 5)
    apart = metrics.measured(samples, rng())["accuracy"].interval
    together = metrics.measured(samples, rng(), clusters=np.arange(100) // 10)["accuracy"].interval
    assert (together.estimate, together.n) == (apart.estimate, 100)
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_ranks_of_items_that_share_documents_have_no_interval():
    shuffled = [7 * at % 30 for at in range(30)]
    found = metrics.measured(spearman.samples(range(30), shuffled), rng(), clusters=np.arange(30) // 2)
    assert (isnan(found["spearman"].interval.estimate), isnan(found["spearman"].interval.low)) == (False, True)
    assert found["spearman"].reason == "items that share a document: no interval of ranks"


def test_too_few_items_to_draw_from_say_so():
    assert (
        metrics.measured(f1.of_class(GOLD[:9], GIVEN[:9], "a"), rng())["f1[a]"].reason
        == "n = 9 is too small for an interval"
    )


def test_a_metric_that_most_draws_leave_undefined_has_no_interval():
    # one of 20 items is b: in .95^20 = 36 % of the draws there is none
    (sample,) = matthews.samples(["b"] + ["a"] * 19, ["b"] + ["a"] * 19)
    found = metrics.measured([sample], rng())["matthews"]
    assert (found.interval.estimate, isnan(found.interval.low)) == (1, True)
    assert found.reason == "in more than one draw of twenty: no variation: gold or given is the same throughout"


def test_two_models_that_answer_alike_differ_by_nothing():
    first = f1.of_class(GOLD, GIVEN, "a")[2]
    found = metrics.difference(first, first, rng())
    assert (found.measured.interval.estimate, found.p) == (0, 1)
    assert found.measured.reason == "no scatter over 100 items: no interval"


def test_a_paired_difference_is_narrower_than_two_intervals():
    better = ["a", "b", "a", "a", "b"] * 20  # right where GIVEN is, and on every fifth item more
    first, second = (accuracy.samples(GOLD, one)[0] for one in (GIVEN, better))
    found = metrics.difference(first, second, rng())
    alone = metrics.measured([first], rng())["accuracy"].interval
    assert found.measured.interval.estimate == pytest.approx(0.2)
    assert found.measured.interval.high - found.measured.interval.low < alone.high - alone.low
    assert found.p == pytest.approx(2 / 1001)  # no draw on the other side


def test_where_there_is_no_interval_of_a_difference_there_is_no_p():
    # nine items, of which the second model has all right: too few to draw from, whatever the draws say
    few = [accuracy.samples(["a"] * 9, given)[0] for given in (["b"] * 8 + ["a"], ["a"] * 9)]
    assert isnan(metrics.difference(*few, rng()).p)
    # one of 20 items is b: in .95^20 = 36 % of the draws there is none, and no correlation
    gold = ["b"] + ["a"] * 19
    rare = [matthews.samples(gold, given)[0] for given in (["a", "b"] + ["a"] * 18, gold)]
    assert isnan(metrics.difference(*rare, rng()).p)


def test_ranks_cannot_be_drawn_in_pairs_document_by_document():
    (sample,) = spearman.samples(range(12), range(12))
    with pytest.raises(ValueError, match="no function of sums"):
        metrics.difference(sample, sample, rng(), clusters=np.arange(12) // 2)
