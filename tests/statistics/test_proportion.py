"""Wilson's interval against a published table, by hand, and by simulation."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from workbench.statistics.proportion import wilson

# Newcombe (1998), Statistics in Medicine 17:857, table I, method 3
PUBLISHED = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]


@pytest.mark.parametrize(("successes", "n", "low", "high"), PUBLISHED)
def test_the_bounds_are_those_of_newcombes_table(successes, n, low, high):
    found = wilson(successes, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_no_success_in_ten_by_hand():
    # low 0, high z^2 / (n + z^2) = 3.8415 / 13.8415 = .27753
    found = wilson(0, 10)
    assert (found.estimate, found.low, found.n) == (0, 0, 10)
    assert found.high == pytest.approx(0.27753, abs=1e-5)


def test_successes_and_failures_mirror_each_other():
    assert wilson(10, 10).low == pytest.approx(1 - wilson(0, 10).high)
    assert wilson(10, 10).high == 1


def test_no_items_are_not_zero():
    found = wilson(0, 0)
    assert isnan(found.estimate)
    assert found.reason == "no data"


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(successes, n):
    with pytest.raises(ValueError, match="successes of 5"):
        wilson(successes, n)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.8])
def test_it_covers_the_truth_in_95_of_100_draws(share):
    draws = np.random.default_rng(7).binomial(200, share, size=1000)
    hits = [found.low <= share <= found.high for found in (wilson(int(k), 200) for k in draws)]
    assert 0.93 <= np.mean(hits) <= 0.97
