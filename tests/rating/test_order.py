"""The order shown is drawn by hash: the same everywhere, another for another rater."""

from __future__ import annotations

from collections import Counter

import pytest

from workbench.rating.order import draw
from workbench.spec import derived_seed


def test_it_is_a_permutation():
    assert sorted(draw([3, 1, 2], 0, 1, "ada")) == [1, 2, 3]


def test_it_is_that_of_the_hashes_whatever_the_given_order():
    by_hash = sorted([1, 2, 3], key=lambda one: derived_seed(7, 1, "ada", one))
    assert draw([1, 2, 3], 7, 1, "ada") == draw([3, 2, 1], 7, 1, "ada") == tuple(by_hash)


@pytest.mark.parametrize("other", [(1, 1, "ada"), (0, 2, "ada"), (0, 1, "bob")], ids=["seed", "item", "rater"])
def test_another_seed_item_or_rater_draws_another(other):
    assert draw(range(20), 0, 1, "ada") != draw(range(20), *other)


def test_each_of_two_answers_comes_first_about_as_often():
    # 400 items: 200 expected, standard deviation 10; the draw is fixed, so this is no gamble
    first = Counter(draw([1, 2], 0, item, "ada")[0] for item in range(400))
    assert 160 < first[1] < 240
