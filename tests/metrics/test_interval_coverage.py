"""A 95 % interval holds the truth in 93 to 97 of 100 simulated benchmarks."""

from __future__ import annotations

import interval_coverage
import pytest


@pytest.mark.parametrize("case", interval_coverage.CASES)
def test_intervals_hold_the_truth_as_often_as_they_say(case):
    assert 0.93 <= interval_coverage.coverage(case) <= 0.97
