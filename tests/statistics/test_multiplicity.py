from __future__ import annotations

from math import isnan, nan

import pytest

from workbench.statistics.multiplicity import holm


def test_four_tests_by_hand():
    # sorted .005 .01 .03 .04, times 4 3 2 1: .02 .03 .06 .04; the last may not fall below the one before
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_adjusted_values_end_at_one():
    assert holm([0.6, 0.7]) == [1, 1]


def test_one_test_needs_no_adjustment():
    assert holm([0.03]) == [0.03]


def test_a_test_that_could_not_be_made_does_not_count():
    # two tests were made: .02 * 2, .5
    first, missing, last = holm([0.02, nan, 0.5])
    assert (first, last) == (pytest.approx(0.04), 0.5)
    assert isnan(missing)


def test_no_tests_give_nothing():
    assert holm([]) == []
