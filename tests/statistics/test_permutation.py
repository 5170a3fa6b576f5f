from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from workbench.statistics.permutation import sign_flip


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_three_differences_by_hand():
    # 1 2 3: sums of the 8 patterns are +-6 +-4 +-2 0 0; two are as far from 0 as 6
    assert sign_flip([1, 2, 3], rng()) == 2 / 8


def test_equal_sums_count():
    # 1 2 -3 sums to 0: every pattern is at least as far
    assert sign_flip([1, 2, -3], rng()) == 1


def test_rounding_does_not_lose_the_observed_pattern():
    # ten equal differences: only all + and all - reach the observed sum, whatever the order of adding
    assert sign_flip([0.1] * 10, rng()) == 2 / 2**10


def test_sixteen_differences_are_exact_whatever_the_seed():
    values = np.arange(-4, 12) / 7
    assert sign_flip(values, rng(1)) == sign_flip(values, rng(2))


def test_a_drawn_value_is_never_zero():
    # no drawn pattern of 40 signs is all + or all -, so b = 0
    assert sign_flip([1.0] * 40, rng(), draws=999) == 1 / 1000


def test_a_seed_fixes_the_drawn_value():
    values = np.sin(np.arange(30))
    assert sign_flip(values, rng(3)) == sign_flip(values, rng(3))
    assert sign_flip(values, rng(3)) != sign_flip(values, rng(4))


def test_a_drawn_value_is_near_the_exact_one():
    # 12 ones, 5 minus ones and 3 zeros: the zeros do not matter, so p = P(at least 12 or at most 5 heads of 17)
    # = 2 * (1 + 17 + 136 + 680 + 2380 + 6188) / 2^17 = 18804 / 131072 = .14346; its standard error is .0035
    assert sign_flip([1.0] * 12 + [-1.0] * 5 + [0.0] * 3, rng()) == pytest.approx(0.14346, abs=0.0105)


def test_without_an_effect_five_of_a_hundred_are_below_five_per_cent():
    noise = rng(11).normal(size=(1000, 12))
    assert 0.03 <= np.mean([sign_flip(row, rng()) < 0.05 for row in noise]) <= 0.07


def test_no_differences_have_no_p():
    assert isnan(sign_flip([], rng()))


def test_a_missing_difference_is_refused():
    with pytest.raises(ValueError, match="finite"):
        sign_flip([1.0, float("nan")], rng())
