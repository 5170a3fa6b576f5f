from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest

from workbench.preferences.self_disagreement import MOST, contradictions, label_smoothing, repeated_margins
from workbench.statistics.mean import Interval


def test_changed_directions_are_counted_and_ties_are_not():
    # same, turned, turned, tie, tie
    found = contradictions([1.0, 2.0, -1.0, 0.0, 1.0], [0.5, -1.0, 1.0, 1.0, 0.0])
    assert (found.estimate, found.n) == (pytest.approx(2 / 3), 3)


def test_a_quarter_of_contradictions_by_hand():
    # 2 e (1 - e) = 1/4: e = (1 - sqrt(1/2)) / 2 = .1464
    assert label_smoothing(Interval(0.25, 0.2, 0.3, 80)).estimate == pytest.approx((1 - sqrt(0.5)) / 2)


def test_the_pair_of_the_first_visit_is_looked_at_again():
    # best 11, worst 12 the first time; the second visit turns them round, the third lacks one of them
    visits = [{11: 5.0, 12: 2.0, 13: 3.0}, {11: 2.0, 12: 3.0}, {11: 4.0, 13: 4.0}]
    assert repeated_margins(visits, min_margin=1.0) == [(3.0, -1.0)]
    assert repeated_margins(visits, min_margin=3.5) == []
    assert repeated_margins([{11: 3.0, 12: 3.0}, {11: 3.0, 12: 4.0}], min_margin=0.0) == []  # a tie is no pair


def test_planted_errors_are_found():
    rng = np.random.default_rng(1)
    truth, wrong = np.sign(rng.normal(size=2000)), rng.random((2, 2000)) < 0.15
    found = label_smoothing(contradictions(*(np.where(one, -truth, truth).tolist() for one in wrong)))
    assert found.low <= 0.15 <= found.high
    assert found.high - found.low < 0.05


def test_no_contradictions_need_no_smoothing():
    assert label_smoothing(contradictions([1.0] * 9, [1.0] * 9)).estimate == 0


@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
def test_it_stays_below_one_half(share):
    assert label_smoothing(Interval(share, share, 1.0, 10)).estimate == MOST < 0.5


def test_without_repeats_it_is_unknown():
    assert isnan(label_smoothing(contradictions([], [])).estimate)


def test_lists_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        contradictions([1.0], [])
