"""Two runs compared by metrics of all items together."""

from __future__ import annotations

import pytest

from workbench.tasks.paired import paired_parts

GOLD = [0, 1] * 20


def test_the_difference_is_that_of_the_two_values():
    before = [1 - gold if at < 10 else gold for at, gold in enumerate(GOLD)]
    pairs = [[[gold, given] for gold, given in zip(GOLD, answers, strict=True)] for answers in (before, GOLD)]
    found = paired_parts("matthews_corrcoef", *pairs)
    # 40 items, 20 of each; 5 of each wrong: (15 * 15 - 5 * 5) / (20 * 20) = 0.5
    assert (found.first, found.second, found.difference.estimate) == pytest.approx((0.5, 1.0, 0.5))
    assert found.difference.low < 0.5 < found.difference.high
    assert found.p < 0.05


def test_the_same_answers_show_no_difference():
    pairs = [[gold, 1] for gold in GOLD[:-1]] + [[1, 0]]
    assert paired_parts("matthews_corrcoef", pairs, pairs).p == 1


def test_ranks_are_no_function_of_sums():
    pairs = [[float(at), float(at)] for at in range(20)]
    assert paired_parts("spearman", pairs, pairs) is None
