from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.stats import chi2, ttest_1samp

from workbench.statistics.mean import Z_975
from workbench.statistics.paired import paired_values
from workbench.statistics.power import _chi_square, items_needed


def differences(n, spread=1.0):
    """n differences of exactly this standard deviation, around 0."""
    values = np.random.default_rng(n).normal(size=n)
    return list(spread * (values - values.mean()) / values.std(ddof=1))


# a paired t test at .05, two-sided, with power .80 needs 199, 34 and 15 pairs for effects of .2, .5 and .8 standard
# deviations by the noncentral t distribution (Cohen 1988, G*Power)
@pytest.mark.parametrize(("effect", "pairs"), [(0.2, 199), (0.5, 34), (0.8, 15)])
def test_the_number_of_pairs_is_that_of_the_tables(effect, pairs):
    assert items_needed(differences(12), effect).total in (pairs - 1, pairs)


def test_it_is_the_detectable_difference_read_backwards():
    seen = differences(25, spread=1.3)
    detectable = paired_values([0.0] * 25, seen).detectable
    assert items_needed(seen, detectable * 1.0001).total == 25
    assert items_needed(seen, detectable * 1.0001).more == 0


def test_what_is_there_already_is_taken_off():
    found = items_needed(differences(12), 0.5)
    assert (found.measured, found.more) == (12, 34 - 12)


def test_the_planned_number_shows_the_difference_in_80_of_100_draws():
    draws = np.random.default_rng(3).normal(0.4, 1.0, size=(2000, items_needed(differences(9), 0.4).total))
    assert 0.77 <= np.mean(ttest_1samp(draws, 0, axis=1).pvalue < 0.05) <= 0.83


def test_few_items_leave_the_number_wide_open():
    # ten items: chi-square 2.700 and 19.023 on 9, so the spread is between .688 and 1.826 times the measured one
    found, narrow, wide = (items_needed(differences(10, factor), 0.3) for factor in (1, 0.688, 1.826))
    assert found.low == pytest.approx(narrow.total, abs=1)
    assert found.high == pytest.approx(wide.total, rel=0.02)


@pytest.mark.parametrize(("freedom", "close"), [(9, 0.01), (40, 0.001)])
def test_chi_square_is_close_to_scipys(freedom, close):
    assert _chi_square(freedom, -Z_975) == pytest.approx(chi2.ppf(0.025, freedom), rel=close)
    assert _chi_square(freedom, Z_975) == pytest.approx(chi2.ppf(0.975, freedom), rel=close)


@pytest.mark.parametrize(("seen", "reason"), [([1.0, 2.0], "n = 2"), ([0.5] * 8, "no spread: all 8")])
def test_without_a_spread_no_number_is_given(seen, reason):
    found = items_needed(seen, 0.5)
    assert (found.total, found.low, found.high, found.more) == (None, None, None, None)
    assert reason in str(found.reason)


def test_a_difference_of_nothing_is_refused():
    with pytest.raises(ValueError, match="needs no items"):
        items_needed([1.0, 2.0, 3.0], 0.0)


def test_half_the_difference_needs_four_times_the_items():
    few, many = (items_needed(differences(20), 0.3 / factor).total for factor in (1, 2))
    assert many / few == pytest.approx(4, rel=0.03)
    assert few == pytest.approx(((Z_975 + 0.8416) / 0.3) ** 2 + 2, abs=sqrt(2))
