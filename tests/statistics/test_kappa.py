"""Weighted kappa against published tables and scikit-learn, and by simulation; repeats by hand."""

from __future__ import annotations

from math import atanh, isnan, nan

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from workbench.statistics.kappa import self_agreement, weighted_kappa
from workbench.statistics.mean import t_quantile

# Agresti (1990): answers 1..4 of 91 couples, husbands in rows. R's vcd::Kappa gives the values and standard errors.
COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
# Fleiss, Levin & Paik (2003), table 18.1: 100 patients in three diagnoses; kappa .68, 95 % interval .51 to .85
DIAGNOSES = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]


def scores(cells):
    """The two lists of scores with these counts."""
    pairs = [(i, j) for i, row in enumerate(cells, 1) for j, count in enumerate(row, 1) for _ in range(count)]
    return [i for i, _ in pairs], [j for _, j in pairs]


def standard_error(kappa):
    """Back from the interval: its upper bound on Fisher's z scale is kappa's + t * error / (1 - kappa^2)."""
    width = atanh(kappa.high) - atanh(kappa.estimate)
    return width * (1 - kappa.estimate**2) / t_quantile(kappa.n - 1)


@pytest.mark.parametrize(("weights", "value", "error"), [("unweighted", 0.1293, 0.06860), ("linear", 0.2374, 0.07832)])
def test_value_and_standard_error_are_the_published_ones(weights, value, error):
    found = weighted_kappa(*scores(COUPLES), points=4, weights=weights).kappa
    assert found.estimate == pytest.approx(value, abs=5e-5)
    assert standard_error(found) == pytest.approx(error, abs=5e-5)


def test_the_textbook_example():
    found = weighted_kappa(*scores(DIAGNOSES), points=3, weights="unweighted").kappa
    assert found.estimate == pytest.approx(0.68, abs=5e-3)
    assert standard_error(found) == pytest.approx((0.85 - 0.51) / 2 / 1.96, abs=2e-3)


@pytest.mark.parametrize(
    ("weights", "theirs"), [("quadratic", "quadratic"), ("linear", "linear"), ("unweighted", None)]
)
def test_it_equals_scikit_learn(weights, theirs):
    one, other = np.random.default_rng(2).integers(1, 6, (2, 60))
    expected = cohen_kappa_score(one, other, weights=theirs, labels=[1, 2, 3, 4, 5])
    assert weighted_kappa(one, other, weights=weights).kappa.estimate == pytest.approx(expected)


def test_quadratic_weights_by_hand():
    # 1-1 2-2 3-4 on four points: mean squared distance 1/3; expected over all 9 pairs of 1 2 3 with 1 2 4:
    # (0 1 9 + 1 0 4 + 4 1 1) / 9 = 21/9; kappa = 1 - (1/3) / (21/9) = 6/7
    assert weighted_kappa([1, 2, 3], [1, 2, 4], points=4).kappa.estimate == pytest.approx(6 / 7)


def test_only_items_rated_by_both_count():
    assert weighted_kappa([1, 2, 3, 5, nan], [1, 2, 4, nan, 5], points=5).kappa.n == 3


def test_a_rater_who_always_gives_the_same_leaves_no_kappa():
    found = weighted_kappa([3, 3, 3], [1, 3, 5])
    assert isnan(found.kappa.estimate)
    assert found.reason == "no variation: a rater gave 3 throughout"


@pytest.mark.parametrize(("second", "value"), [([1, 5, 1, 5], 1), ([5, 1, 5, 1], -1)])
def test_without_scatter_there_is_no_interval(second, value):
    found = weighted_kappa([1, 5, 1, 5], second)
    assert found.kappa.estimate == pytest.approx(value)
    assert isnan(found.kappa.low)
    assert "on all of 4 items" in str(found.reason)


def test_no_common_item_is_no_data():
    assert weighted_kappa([1, nan], [nan, 2]).reason == "no item was rated by both"


def test_a_score_that_is_no_point_is_refused():
    with pytest.raises(ValueError, match=r"one of 1\.\.5"):
        weighted_kappa([1, 6], [1, 2])


def test_lists_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="2 and 1 scores"):
        weighted_kappa([1, 2], [1])


def pair(rng, items):
    quality = rng.normal(3.2, 1, items)
    return [np.clip(np.rint(quality + rng.normal(bias, 0.8, items)), 1, 5) for bias in (0, 0.4)]


@pytest.mark.parametrize(("items", "least"), [(30, 0.90), (100, 0.92)])
def test_the_interval_covers_the_truth_as_its_docstring_says(items, least):
    rng = np.random.default_rng(6)
    truth = weighted_kappa(*pair(rng, 500_000)).kappa.estimate
    found = [weighted_kappa(*pair(rng, items)).kappa for _ in range(1000)]
    assert least <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.97


def test_repeats_are_counted_by_hand():
    # distances 0 1 0 2 0: three equal, four within one
    found = self_agreement([1, 2, 3, 4, 5], [1, 3, 3, 2, 5])
    assert (found.exact.estimate, found.within_one.estimate, found.n) == (3 / 5, 4 / 5, 5)


def test_no_repeats_are_no_data():
    assert self_agreement([], []).reason == "no data"


def test_repeats_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        self_agreement([1, 2], [1])
