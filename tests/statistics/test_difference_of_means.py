"""The difference of two independent means by hand."""

from __future__ import annotations

from math import isnan

import pytest

from workbench.statistics.mean import difference_of_means


def test_welchs_interval_by_hand():
    # means 2 and 5; variances 1 and 20/3 over 3 and 4: 1/3 + 5/3 = 2. Degrees of freedom:
    # 2^2 / ((1/3)^2 / 2 + (5/3)^2 / 3) = 4.075; t there is 2.757 (between 2.776 at 4 and 2.571 at 5)
    found = difference_of_means([1, 2, 3], [2, 4, 6, 8])
    assert (found.estimate, found.n) == (-3, 7)
    assert found.high - found.estimate == pytest.approx(2.757 * 2**0.5, abs=0.02)
    assert found.estimate - found.low == pytest.approx(found.high - found.estimate)


def test_a_single_value_has_no_spread():
    found = difference_of_means([1.0], [2.0, 3.0])
    assert (found.estimate, isnan(found.low)) == (-1.5, True)


def test_without_any_it_is_no_number():
    assert isnan(difference_of_means([], [1.0]).estimate)


def test_values_that_are_all_the_same_differ_exactly():
    found = difference_of_means([2, 2], [1, 1])
    assert (found.low, found.estimate, found.high) == (1, 1, 1)
