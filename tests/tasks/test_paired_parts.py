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
    pairs = [[gold, gold if at % 3 else 1 - gold] for at, gold in enumerate(GOLD)]
    assert paired_parts("matthews_corrcoef", pairs, pairs).p == 1


def test_ranks_are_made_anew_in_each_draw():
    # the second model has the gold order, the first one goes through it 7 places at a time
    before = [[float(at), float(7 * at % 40)] for at in range(40)]
    after = [[float(at), float(at)] for at in range(40)]
    found = paired_parts("spearman", before, after)
    assert (found.second, found.difference.estimate) == (1.0, pytest.approx(1.0 - found.first))
    assert found.difference.low < found.difference.estimate < found.difference.high
    assert found.p == pytest.approx(2 / 1001)  # no draw on the other side
    assert paired_parts("spearman", before, before).p == 1


def test_a_tasks_own_aggregation_is_not_paired():
    assert paired_parts("of the task", [[0.0]], [[1.0]]) is None
