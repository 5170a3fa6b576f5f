"""What a batch is made of: drawn by hash, the shares as asked for."""

from __future__ import annotations

import pytest

from workbench.rating.compose import compose, pairs, rated
from workbench.records import BatchSettings, Completion, Decoding, NewItem

ITEMS = [NewItem(prompt, (prompt,)) for prompt in range(1, 101)]
GOLD = [NewItem(prompt, (prompt,)) for prompt in range(1001, 1011)]


def answer(number, text, model=1):
    return Completion(number, 1, model, text, "stop", 1, 0, 0, Decoding(), "float32")


def test_everyone_is_the_default_and_changes_nothing():
    assert compose(ITEMS, GOLD, BatchSettings(), 0) == ITEMS


def test_the_shared_items_are_the_share_that_was_asked_for():
    made = compose(ITEMS, [], BatchSettings(overlap=0.2, overlap_raters=3), 0)
    assert sorted(item.raters_wanted for item in made) == [1] * 80 + [3] * 20
    assert [item.completions for item in made] == [item.completions for item in ITEMS]


def test_repeats_are_at_the_end_and_of_the_first_three_quarters():
    made = compose(ITEMS, [], BatchSettings(repeats=0.05), 0)
    again = made[100:]
    assert len(again) == 5
    assert all(item.repeat_of < 75 and item.completions == made[item.repeat_of].completions for item in again)
    assert len({item.repeat_of for item in again}) == 5


def test_gold_goes_to_everyone_between_the_others():
    made = compose(ITEMS, GOLD, BatchSettings(overlap=0.2, overlap_raters=2, gold=0.03), 0)
    known = [item for item in made if item.gold]
    assert len(made) == 103
    assert [item.raters_wanted for item in known] == [None] * 3
    assert {item.completions for item in known} < {item.completions for item in GOLD}
    assert [item.completions for item in made if not item.gold] == [item.completions for item in ITEMS]


def test_gold_is_not_repeated_and_a_repeat_finds_its_item_among_gold():
    made = compose(ITEMS, GOLD, BatchSettings(repeats=0.5, gold=0.1), 0)
    again = [item for item in made if item.repeat_of is not None]
    assert len(again) == 50
    assert not [item for item in again if item.gold or made[item.repeat_of].gold]
    assert all(made[item.repeat_of].completions == item.completions for item in again)


def test_shares_of_few_items_round_down_to_nothing():
    made = compose(ITEMS[:12], GOLD, BatchSettings(repeats=0.05, gold=0.03), 0)
    assert made == ITEMS[:12]


@pytest.mark.parametrize("settings", [BatchSettings(overlap=0.2, overlap_raters=2), BatchSettings(repeats=0.05)])
def test_another_seed_draws_others(settings):
    assert compose(ITEMS, [], settings, 0) == compose(ITEMS, [], settings, 0) != compose(ITEMS, [], settings, 1)


def test_rated_answers_of_a_prompt_stay_together():
    assert rated([(7, [1, 2, 3])]) == [NewItem(7, (1, 2, 3))]


def test_pairs_of_identical_texts_are_left_out():
    known = {1: answer(1, "yes"), 2: answer(2, " yes\n"), 3: answer(3, "no")}
    assert {item.completions for item in pairs([(1, [1, 2, 3])], known, 9, 0)} == {(1, 3), (2, 3)}


def test_where_several_models_answered_they_meet_each_other_only():
    known = {1: answer(1, "a", 1), 2: answer(2, "b", 1), 3: answer(3, "c", 2)}
    assert {item.completions for item in pairs([(1, [1, 2, 3])], known, 9, 0)} == {(1, 3), (2, 3)}


def test_no_more_pairs_a_prompt_than_asked_for():
    known = {n: answer(n, str(n)) for n in range(1, 5)}
    assert len(pairs([(1, [1, 2, 3, 4])], known, 2, 0)) == 2
    assert len(pairs([(1, [1, 2, 3, 4])], known, 9, 0)) == 6  # 4 choose 2
