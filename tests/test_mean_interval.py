"""The mean with its 95 % interval, against a table of Student's t and by hand."""

from __future__ import annotations

from math import isnan, sqrt

import pytest

from workbench.statistics.mean import mean_interval, t_quantile

# 97.5 % quantiles, as printed in tables of the t distribution
TABLE = {5: 2.571, 6: 2.447, 10: 2.228, 20: 2.086, 30: 2.042, 60: 2.000, 120: 1.980}


@pytest.mark.parametrize(("freedom", "quantile"), TABLE.items())
def test_the_quantile_is_that_of_the_table(freedom, quantile):
    assert t_quantile(freedom) == pytest.approx(quantile, abs=1.5e-3)


@pytest.mark.parametrize(("freedom", "quantile"), [(2, 4.303), (3, 3.182), (4, 2.776)])
def test_few_degrees_of_freedom_are_within_a_percent(freedom, quantile):
    assert t_quantile(freedom) == pytest.approx(quantile, rel=0.01)


def test_with_many_values_it_is_that_of_the_normal_distribution():
    assert t_quantile(10**9) == pytest.approx(1.959964, abs=1e-6)


def test_seven_values_by_hand():
    # 1 2 3 4 5 4 2: sum 21, squares 75, mean 3, variance (75 - 7 * 9) / 6 = 2, half width 2.447 * sqrt(2 / 7) = 1.3080
    found = mean_interval(7, 21, 75)
    assert (found.estimate, found.n) == (3, 7)
    assert (found.low, found.high) == (pytest.approx(3 - 2.447 * sqrt(2 / 7), abs=1e-3), pytest.approx(4.308, abs=1e-3))


def test_no_values_are_not_zero():
    found = mean_interval(0, 0, 0)
    assert isnan(found.estimate)
    assert isnan(found.low)
    assert found.n == 0


@pytest.mark.parametrize("n", [1, 2])
def test_too_few_values_have_a_mean_and_no_interval(n):
    found = mean_interval(n, 4 * n, 16 * n)
    assert found.estimate == 4
    assert isnan(found.low)
    assert isnan(found.high)


def test_equal_values_have_an_interval_of_no_width():
    # 0.1 * 10 is not exact in binary: the variance must not fall below 0
    found = mean_interval(10, sum([0.1] * 10), sum([0.1 * 0.1] * 10))
    assert found.low == pytest.approx(0.1, abs=1e-7)
    assert found.high == pytest.approx(0.1, abs=1e-7)
