from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.models.prefix_tree import Pack, Tree, Trunk, computed_tokens, lay_out, plan_packs


def test_shared_beginnings_are_counted_once() -> None:
    # 1 2 then 3 or 4, and 5 by itself: five nodes, where row by row there are seven tokens.
    assert Tree([[1, 2, 3], [5], [1, 2, 4]]).nodes == 5


def test_what_fits_the_budget_is_one_pack() -> None:
    assert plan_packs([[1, 2, 3], [1, 2, 4], [5]], budget=5) == [Pack((0, 1, 2), None, 5)]


def test_neighbouring_branches_fill_a_pack() -> None:
    # Branches of 3 (1, then 2 or 3), 2 (4 5) and 1 (6) nodes; 3 + 2 exceed four, 2 + 1 do not.
    assert plan_packs([[6], [1, 2], [4, 5], [1, 3]], budget=4) == [Pack((1, 3), None, 3), Pack((2, 0), None, 3)]


def test_a_beginning_that_several_packs_share_is_a_trunk() -> None:
    # 1 2 3 4 and three endings of two: ten nodes. Below the trunk of four, two endings fit five, the third is left.
    trunk = Trunk(0, 4, (0, 1, 2), None)
    rows = [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 6, 7], [1, 2, 3, 4, 8, 9]]
    packs = plan_packs(rows, budget=5)
    assert packs == [Pack((0, 1), trunk, 4), Pack((2,), trunk, 2)]
    assert computed_tokens(packs) == Tree(rows).nodes == 10


def test_trunks_stand_on_trunks() -> None:
    # All share 1 2; the first two go on with 3 4 5 and then part, with three tokens each.
    rows = [[1, 2, 3, 4, 5, 6, 6, 6], [1, 2, 3, 4, 5, 7, 7, 7], [1, 2, 8, 8, 8, 8]]
    low = Trunk(0, 2, (0, 1, 2), None)
    high = Trunk(2, 5, (0, 1), low)
    packs = plan_packs(rows, budget=4)
    assert packs == [Pack((0,), high, 3), Pack((1,), high, 3), Pack((2,), low, 4)]


def test_a_row_longer_than_the_budget_is_read_through_a_chain_of_trunks() -> None:
    lower = Trunk(0, 4, (0,), None)
    assert plan_packs([list(range(10))], budget=4) == [Pack((0,), Trunk(4, 8, (0,), lower), 2)]


def test_a_short_beginning_is_repeated_instead() -> None:
    # A trunk of one token would save one in the second pack: less than 64 / 32, so both packs compute it.
    rows = [[1, *[2] * 50], [1, *[3] * 50]]
    packs = plan_packs(rows, budget=64)
    assert packs == [Pack((0,), None, 51), Pack((1,), None, 51)]
    assert computed_tokens(packs) == Tree(rows).nodes + 1


def test_the_same_row_asked_twice_is_computed_once() -> None:
    assert plan_packs([[1, 2], [1, 2]], budget=8) == [Pack((0, 1), None, 2)]


def test_every_row_ends_in_a_pack_and_not_in_a_trunk() -> None:
    # 1 2 3 is all that the rows share and all of the first, which keeps its 3.
    trunk = Trunk(0, 2, (0, 1), None)
    assert plan_packs([[1, 2, 3], [1, 2, 3, 4, 5]], budget=3) == [Pack((0, 1), trunk, 3)]


def test_no_requests_make_no_packs() -> None:
    assert plan_packs([], budget=8) == []
    assert Tree([]).nodes == 0


def test_a_tree_deeper_than_the_stack_is_cut() -> None:
    packs = plan_packs([[1] * length for length in range(1, 2001)], budget=100)
    assert sum(len(pack.rows) for pack in packs) == 2000
    assert max(pack.tokens for pack in packs) <= 100


def test_slots_go_depth_first_and_know_their_descendants() -> None:
    # Below the 1 in the cache: 2 (slot 0) with children 3 and 4 (slots 1, 2), and 5 (slot 3).
    layout = lay_out([[1, 2, 3], [1, 2, 4], [1, 5]], start=1)
    assert (layout.tokens, layout.depths) == ([2, 3, 4, 5], [1, 2, 2, 1])
    assert layout.ends == [3, 2, 3, 4]
    assert layout.paths == [[0, 1], [0, 2], [3]]


ROWS = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=30), max_size=30)


@given(ROWS, st.integers(1, 40))
def test_every_row_is_read_in_full_in_one_pack_within_the_budget(rows: list[list[int]], budget: int) -> None:
    packs = plan_packs(rows, budget)
    assert sorted(row for pack in packs for row in pack.rows) == list(range(len(rows)))
    for pack in packs:
        layout = lay_out([rows[row] for row in pack.rows], pack.start)
        assert len(layout.tokens) == pack.tokens <= budget
        for row, path in zip(pack.rows, layout.paths, strict=True):
            assert [layout.tokens[slot] for slot in path] == rows[row][pack.start :]


@given(ROWS, st.integers(1, 40))
def test_trunks_join_without_a_gap_and_hold_what_their_rows_share(rows: list[list[int]], budget: int) -> None:
    for pack in plan_packs(rows, budget):
        chain = pack.trunk.chain() if pack.trunk else []
        assert [trunk.start for trunk in chain] == [0, *(trunk.end for trunk in chain)][: len(chain)]
        for trunk in chain:
            assert 0 < trunk.end - trunk.start <= budget
            assert set(pack.rows) <= set(trunk.rows)
            assert len({tuple(rows[row][: trunk.end]) for row in trunk.rows}) == 1
