"""Draws and their order: whole passes, nothing but the seed, equal keys stay shuffled."""

from __future__ import annotations

from collections import Counter

from workbench.data.mixtures.order import Draw, Order, drawn


def test_no_row_comes_a_second_time_before_all_have_come_once():
    rows = list(drawn(5, 12, 42))
    assert sorted(rows[:5]) == sorted(rows[5:10]) == [0, 1, 2, 3, 4]
    assert len(set(rows[10:])) == 2


def test_passes_differ_from_each_other():
    rows = list(drawn(50, 100, 42))
    assert rows[:50] != rows[50:]


def test_the_order_depends_on_the_seed_alone():
    def order(seed):
        return list(Order(["a", "b"], [30, 30], [30, 30], seed))

    assert order(1) == order(1) != order(2)


def test_every_part_has_its_rows_and_a_repeated_row_knows_its_time():
    order = list(Order(["a", "b"], [2, 10], [4, 3], 42))
    assert Counter(draw.part for draw in order) == {0: 4, 1: 3}
    assert {draw for draw in order if draw.part == 0} == {Draw(0, row, time) for row in (0, 1) for time in (0, 1)}


def test_equal_keys_stay_shuffled():
    order = Order(["a"], [20], [20], 42)
    shuffled = [draw.row for draw in order]
    order.sort(lambda draw: draw.row >= 10, reverse=False)
    assert [draw.row for draw in order] == [r for r in shuffled if r < 10] + [r for r in shuffled if r >= 10]
