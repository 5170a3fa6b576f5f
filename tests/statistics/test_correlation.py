from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from scipy.stats import spearmanr

from workbench.statistics.correlation import clustered_spearman, spearman


def test_it_equals_scipy_where_values_are_tied():
    rng = np.random.default_rng(1)
    ratings, lengths = rng.integers(1, 6, 70), rng.integers(1, 30, 70)
    assert spearman(ratings, lengths).rho.estimate == pytest.approx(spearmanr(ratings, lengths).statistic)


def test_four_pairs_by_hand():
    # ranks 1 2 3 4 against 2 1 4 3: squared differences 1 1 1 1; rho = 1 - 6 * 4 / (4 * 15) = .6
    assert spearman([10, 20, 30, 40], [5, 1, 9, 7]).rho.estimate == pytest.approx(0.6)


def test_the_bounds_by_hand():
    # atanh(.6) = .6931; error sqrt((1 + .36 / 2) / 1) = 1.0863; tanh(.6931 +- 1.96 * 1.0863) = -.892, .993
    found = spearman([10, 20, 30, 40], [5, 1, 9, 7]).rho
    assert (found.low, found.high) == (pytest.approx(-0.892, abs=1e-3), pytest.approx(0.993, abs=1e-3))


def test_what_does_not_vary_has_no_correlation():
    found = spearman([3, 3, 3, 3, 3], [1, 2, 3, 4, 5])
    assert isnan(found.rho.estimate)
    assert "no variation" in str(found.reason)


@pytest.mark.parametrize(
    ("values", "reason"), [([], "no data"), ([1, 2, 3], "n = 3 is too small"), ([1, 2, 3, 4], "the same throughout")]
)
def test_where_there_is_no_interval_the_reason_is_given(values, reason):
    found = spearman(values, values)
    assert isnan(found.rho.low)
    assert reason in str(found.reason)


def test_lists_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="2 and 1 values"):
        spearman([1, 2], [1])


@pytest.mark.parametrize("slope", [0.0, 0.8])
def test_the_interval_covers_the_truth_in_95_of_100_draws(slope):
    # normal pairs with correlation r have rho = 6 / pi * asin(r / 2) (Pearson 1907)
    rng = np.random.default_rng(5)
    x = rng.normal(size=(1000, 60))
    y = slope * x + rng.normal(size=x.shape)
    truth = 6 / np.pi * np.arcsin(slope / np.sqrt(1 + slope**2) / 2)
    found = [spearman(a, b).rho for a, b in zip(x, y, strict=True)]
    assert 0.93 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.97


def test_pairs_of_one_cluster_that_are_alike_count_once():
    # each of 40 pairs four times over: rho stays, the interval is that of 40 and not of 160
    rng = np.random.default_rng(0)
    x = rng.normal(size=40)
    y = x + rng.normal(size=40)
    once, four = spearman(x, y).rho, spearman(np.repeat(x, 4), np.repeat(y, 4)).rho
    clustered = clustered_spearman(np.repeat(x, 4), np.repeat(y, 4), np.repeat(np.arange(40), 4), rng).rho
    assert clustered.estimate == pytest.approx(once.estimate)
    assert clustered.n == 160
    assert clustered.high - clustered.low == pytest.approx(once.high - once.low, rel=0.25)
    assert clustered.high - clustered.low > 1.5 * (four.high - four.low)


def test_two_clusters_are_too_few_for_an_interval():
    found = clustered_spearman([1, 2, 3, 4], [1, 3, 2, 4], [1, 1, 2, 2], np.random.default_rng(0))
    assert (found.rho.estimate, found.reason) == (pytest.approx(0.8), "n = 2 is too small for an interval")
