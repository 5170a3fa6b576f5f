from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.batching import plan_batches, unfinished


def test_longest_rows_come_first_and_fill_the_budget() -> None:
    # 9 alone (2 * 9 > 12); 5 + 4 pad to 10; 2 + 1 pad to 4.
    assert plan_batches([2, 9, 5, 1, 4], token_budget=12, max_rows=2) == [[1], [2, 4], [0, 3]]


def test_the_budget_counts_padding() -> None:
    # 6 + 1 + 1 are 8 tokens, but three rows of 6 pad to 18; two pad to 12.
    assert plan_batches([6, 1, 1], token_budget=12, max_rows=9) == [[0, 1], [2]]


def test_a_row_longer_than_the_budget_is_a_batch_of_its_own() -> None:
    assert plan_batches([50, 3], token_budget=10, max_rows=8) == [[0], [1]]


def test_rows_of_equal_length_keep_their_order() -> None:
    assert plan_batches([3, 3, 3, 3], token_budget=100, max_rows=3) == [[0, 1, 2], [3]]


def test_no_rows_make_no_batches() -> None:
    assert plan_batches([], token_budget=10, max_rows=4) == []


@given(st.lists(st.integers(1, 60), max_size=40), st.integers(1, 200), st.integers(1, 9))
def test_every_row_is_in_one_batch_and_no_batch_is_too_large(lengths: list[int], budget: int, rows: int) -> None:
    plan = plan_batches(lengths, budget, rows)
    assert sorted(row for batch in plan for row in batch) == list(range(len(lengths)))
    assert all(len(batch) <= rows for batch in plan)
    assert all(len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= budget for batch in plan)


@pytest.mark.parametrize(("stored", "left"), [(set(), [[0, 1], [2]]), ({0, 1}, [[2]]), ({0}, [[0, 1], [2]])])
def test_a_batch_runs_again_unless_all_its_rows_are_stored(stored: set[int], left: list[list[int]]) -> None:
    assert unfinished([[0, 1], [2]], lambda batch: stored.issuperset(batch)) == left
