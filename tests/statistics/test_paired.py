"""The paired comparison against published tables, by hand, and by simulation."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isnan, sqrt

import numpy as np
import pytest
from scipy.stats import binomtest

from workbench.statistics.paired import (
    detectable_difference,
    mcnemar,
    paired_counts,
    paired_outcomes,
    paired_values,
    tango,
)


def test_mcnemar_by_hand():
    # 10 and 2: 2 * (C(12,0) + C(12,1) + C(12,2)) / 2^12 = 2 * 79 / 4096
    assert mcnemar(10, 2) == 158 / 4096
    assert mcnemar(2, 10) == 158 / 4096


@pytest.mark.parametrize(("gained", "lost"), [(1, 0), (9, 6), (15, 33), (600, 700)])
def test_mcnemar_is_scipys_binomial_test(gained, lost):
    assert mcnemar(gained, lost) == pytest.approx(binomtest(gained, gained + lost).pvalue, rel=1e-8)


def test_mcnemar_of_a_published_table():
    # Bentur et al. (2009), in Fagerland, Lydersen & Laake (2014): 1 and 7, exact p = .070
    assert mcnemar(1, 7) == 18 / 256


@pytest.mark.parametrize("flips", [0, 1, 5])
def test_as_many_gains_as_losses_are_no_evidence(flips):
    assert mcnemar(flips, flips) == 1


def test_many_flips_neither_overflow_nor_vanish():
    # normal approximation of 5200 heads of 10000, continuity-corrected: z = 199.5 / 50 = 3.99, two-sided p = 6.6e-5
    assert mcnemar(4800, 5200) == pytest.approx(6.6e-5, rel=0.02)


def test_beyond_a_thousand_flips_the_tail_is_that_of_whole_numbers():
    whole = 2 * sum(comb(1500, k) for k in range(701))
    assert mcnemar(700, 800) == pytest.approx(float(Fraction(whole, 1 << 1500)), rel=1e-9)


def test_the_interval_is_that_of_a_published_table():
    # the same table: 1 gained, 7 lost of 21; Tango's interval is -.517 to -.026
    found = tango(1, 7, 21)
    assert found.estimate == pytest.approx(-6 / 21)
    assert (found.low, found.high) == (pytest.approx(-0.517, abs=5e-4), pytest.approx(-0.026, abs=5e-4))


def test_nothing_flipped_by_hand():
    # the variance at a true difference d is n d (1 - d): n^2 d^2 = z^2 n d (1 - d), so d = z^2 / (n + z^2)
    found = tango(0, 0, 50)
    assert (found.low, found.high) == (pytest.approx(-3.841459 / 53.841459), pytest.approx(3.841459 / 53.841459))


def test_the_interval_mirrors():
    one, other = tango(9, 4, 60), tango(4, 9, 60)
    assert (one.low, one.high) == (pytest.approx(-other.high), pytest.approx(-other.low))


def test_everything_flipped_stays_within_one():
    assert tango(5, 0, 5).high == 1
    assert tango(0, 5, 5).low == -1


# shares gained and lost: mixed, one-sided, none in truth
@pytest.mark.parametrize("flips", [(0.15, 0.05), (0.20, 0.10), (0.08, 0.08)])
def test_the_interval_covers_the_truth_in_95_of_100_draws(flips):
    draws = np.random.default_rng(5).multinomial(100, [*flips, 1 - sum(flips)], size=1000)
    found = [tango(int(gained), int(lost), 100) for gained, lost, _ in draws]
    assert 0.93 <= np.mean([one.low <= flips[0] - flips[1] <= one.high for one in found]) <= 0.97


def test_answers_are_counted_both_ways():
    found = paired_outcomes([1, 1, 0, 0, 1], [1, 0, 1, 1, True])
    assert (found.first, found.second, found.n) == (3 / 5, 4 / 5, 5)
    assert (found.gained, found.lost) == (2, 1)
    assert found.difference.estimate == pytest.approx(1 / 5)


def test_counts_give_the_same_as_answers():
    first, second = [1] * 30 + [0] * 20, [1] * 27 + [0] * 3 + [1] * 8 + [0] * 12
    assert paired_outcomes(first, second) == paired_counts(50, 30, gained=8, lost=3)


def test_no_items_are_undefined_throughout():
    found = paired_outcomes([], [])
    assert all(isnan(x) for x in (found.difference.estimate, found.first, found.second, found.p, found.detectable))
    assert found.reason == "no data"


def test_other_scores_are_not_taken_for_answers():
    with pytest.raises(ValueError, match="paired_values"):
        paired_outcomes([0.5], [1])


def test_lists_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        paired_outcomes([1, 0], [1])


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="10 pairs"):
        paired_counts(10, 4, gained=7, lost=0)


def test_real_scores_by_hand():
    # differences 1 2 3 4 5: mean 3, variance 2.5, half width 2.776 * sqrt(.5); detectable (2.776 + .8416) * sqrt(.5)
    found = paired_values([0] * 5, [1, 2, 3, 4, 5])
    assert found.difference.estimate == 3
    assert found.difference.high == pytest.approx(3 + 2.776 * sqrt(0.5), abs=0.02)
    assert found.detectable == pytest.approx((2.776 + 0.8416) * sqrt(0.5), abs=0.02)
    assert (found.gained, found.lost) == (5, 0)


def test_two_real_scores_have_a_mean_and_no_interval():
    found = paired_values([1.0, 2.0], [2.0, 4.0])
    assert found.difference.estimate == 1.5
    assert isnan(found.difference.low)
    assert "n = 2" in str(found.reason)


def test_the_real_interval_covers_the_truth_in_95_of_100_draws():
    draws = np.random.default_rng(3).normal(0.3, 1.0, size=(1000, 20))
    found = [paired_values([0.0] * 20, list(row)).difference for row in draws]
    assert 0.93 <= np.mean([one.low <= 0.3 <= one.high for one in found]) <= 0.97


def test_five_items_can_show_no_difference():
    # five flips one way: 2 / 2^5 = .0625; six: 2 / 2^6 = .03125
    assert isnan(detectable_difference(5, 1.0))
    assert 0 < detectable_difference(6, 0.0) <= 1
    assert "too small" in str(paired_counts(5, 2, 1, 0).reason)


def test_the_detectable_difference_shrinks_with_n_and_grows_with_flips():
    assert detectable_difference(1000, 0.1) < detectable_difference(200, 0.1) < detectable_difference(200, 0.3)


@pytest.mark.parametrize(("n", "flipped"), [(300, 0.2), (1000, 0.1)])
def test_a_difference_of_that_size_is_shown_in_80_of_100_draws(n, flipped):
    difference = detectable_difference(n, flipped)
    shares = [(flipped + difference) / 2, (flipped - difference) / 2, 1 - flipped]
    draws = np.random.default_rng(9).multinomial(n, shares, size=1000)
    assert 0.77 <= np.mean([mcnemar(int(gained), int(lost)) < 0.05 for gained, lost, _ in draws]) <= 0.86
