"""The area under the ROC curve by hand, and how often its interval holds the truth."""

from __future__ import annotations

from math import erf, isnan

import numpy as np
import pytest

from workbench.statistics.auc import auc


def test_by_hand_with_a_tie():
    # of (3, 2) against (1, 2): 3 > 1, 3 > 2, 2 > 1, and 2 = 2 counts half
    found = auc([3, 2], [1, 2])
    assert (found.estimate, found.n) == (3.5 / 4, 4)


def test_the_bounds_of_a_perfect_parting_by_hand():
    # The lower one solves (1 - a)^2 = z^2 a (1 - a) (1 + 0 * ...) / 1 for one of each: 1 - a = z^2 a, a = 1 / (1 + z^2)
    found = auc([1.0], [0.0])
    assert (found.estimate, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(1 / (1 + 3.8414588), abs=1e-6)


def test_the_groups_mirror_each_other():
    found, mirrored = auc([4, 2, 9], [1, 3]), auc([1, 3], [4, 2, 9])
    assert mirrored.low == pytest.approx(1 - found.high)
    assert mirrored.high == pytest.approx(1 - found.low)


def test_an_empty_group_is_no_number():
    assert isnan(auc([], [1.0]).estimate)


@pytest.mark.parametrize("shift", [0.0, 1.0, 2.0])
def test_nineteen_in_twenty_intervals_hold_the_truth(shift):
    # normal values that lie `shift` apart: the area is Phi(shift / sqrt 2); 400 draws, three standard errors are .033
    rng = np.random.default_rng(7)
    truth = (1 + erf(shift / 2)) / 2
    found = [auc(list(rng.normal(shift, 1, 15)), list(rng.normal(0, 1, 25))) for _ in range(400)]
    assert sum(one.low <= truth <= one.high for one in found) / 400 > 0.95 - 0.033
