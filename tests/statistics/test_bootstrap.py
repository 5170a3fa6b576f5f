from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest

from workbench.statistics.bootstrap import _distinct, cluster_sums, percentile_interval, resampled_sums


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_sum_over_drawn_rows_has_the_mean_and_spread_of_the_bootstrap():
    # rows 0 0 0 1: a draw of four is binomial(4, 1/4): mean 1, variance 4 * 1/4 * 3/4 = .75; 4,000 draws
    drawn = resampled_sums(np.array([[0.0], [0.0], [0.0], [1.0]]), rng(), draws=4000)[:, 0]
    assert drawn.mean() == pytest.approx(1, abs=3 * sqrt(0.75 / 4000))
    assert drawn.var() == pytest.approx(0.75, abs=0.06)


def test_equal_rows_are_drawn_as_one():
    assert resampled_sums(np.ones((7, 2)), rng(), draws=3).tolist() == [[7, 7]] * 3


def test_a_seed_fixes_the_draws():
    rows = np.arange(20.0).reshape(10, 2)
    assert (resampled_sums(rows, rng(1)) == resampled_sums(rows, rng(1))).all()
    assert (resampled_sums(rows, rng(1)) != resampled_sums(rows, rng(2))).any()


def test_rows_of_a_cluster_are_added_up():
    rows = np.array([[1.0, 0.0], [2.0, 1.0], [4.0, 0.0]])
    assert cluster_sums(rows, np.array([7, 3, 7])).tolist() == [[2, 1], [5, 0]]  # clusters 3, then 7


def test_the_interval_lies_between_the_percentiles():
    # 0..1000: 2.5 % is 25, 97.5 % is 975
    found = percentile_interval(500, np.arange(1001), 9)
    assert (found.estimate, found.low, found.high, found.n) == (500, 25, 975, 9)


def test_an_undefined_draw_is_left_out():
    assert percentile_interval(0, [np.nan, *[3.0] * 19], 9).high == 3


def test_too_many_undefined_draws_leave_no_interval():
    assert isnan(percentile_interval(0, [np.nan, np.nan, *[3.0] * 18], 9).low)


@pytest.mark.parametrize("columns", [1, 3, 40])
def test_distinct_rows_are_numpys(columns):
    # 40 columns of 5 values: more combinations than 64 bits hold
    rows = rng(3).integers(-2, 3, size=(60, columns))[rng(4).integers(0, 60, 500)].astype(float)
    found, counts = _distinct(rows)
    theirs, expected = np.unique(rows, axis=0, return_counts=True)
    assert (found == theirs).all()
    assert (counts == expected).all()


def test_rows_are_told_apart_by_their_last_column_too():
    # two columns of two values have as many combinations as there are rows, but only two of them come
    found, counts = _distinct(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.5]]))
    assert found.tolist() == [[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 0.5]]
    assert counts.tolist() == [1, 1, 1, 1]


def test_sums_are_spread_as_those_of_items_drawn_one_by_one():
    # right minus confidence in one of three bins, as calibration has it; the plain bootstrap draws numbers of items
    rows = np.zeros((200, 4))
    rows[np.arange(200), rng(5).integers(0, 3, 200)] = rng(6).integers(0, 2, 200) - rng(7).integers(5, 11, 200) / 10
    rows[:, 3] = 1
    plain = np.array([rows[at].sum(axis=0) for at in rng(8).integers(0, 200, (4000, 200))])
    drawn = resampled_sums(rows, rng(9), draws=4000)
    for share in (2.5, 25, 50, 75, 97.5):
        ours, theirs = (np.percentile(np.abs(sums[:, :3]).sum(axis=1), share) for sums in (drawn, plain))
        assert ours == pytest.approx(theirs, rel=0.03)
