"""A sign stands only where both the test and the interval say so."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from workbench.statistics.mean import Interval
from workbench.statistics.paired import paired_counts
from workbench.views.signs import sign, sign_of

# ten gained, none lost of 20: p = 2/1024, and the interval lies above 0
FOUND = paired_counts(20, 0, 10, 0)


@pytest.mark.parametrize(
    ("low", "high", "p", "shown"),
    [
        (0.1, 0.3, 0.01, "▲"),
        (-0.1, 0.3, 0.01, "="),  # the test alone
        (0.1, 0.3, 0.2, "="),  # the interval alone: the test was corrected for others
        (0.1, 0.3, nan, ""),
        (nan, nan, 0.01, "="),
    ],
)
def test_both_have_to_say_so(low, high, p, shown):
    assert sign(replace(FOUND, difference=Interval(0.2, low, high, 20)), p, True) == shown


def test_a_difference_that_was_tested_is_marked_as_better_or_worse():
    assert [sign(FOUND, FOUND.p, better) for better in (True, False)] == ["▲", "▼"]


@pytest.mark.parametrize(
    ("low", "high", "higher_is_better", "shown"),
    [(0.1, 0.3, True, "▲"), (0.1, 0.3, False, "▼"), (-0.3, -0.1, False, "▲"), (-0.1, 0.1, True, "="),
     (0.0, 0.1, True, "="), (nan, nan, True, "")],
)  # fmt: skip
def test_without_a_test_the_interval_decides(low, high, higher_is_better, shown):
    assert sign_of(Interval(0.0, low, high, 9), higher_is_better) == shown
