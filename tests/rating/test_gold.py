"""Gold: it hides among items of its own shape, and is given to nobody to whom it would be told by what is left."""

from __future__ import annotations

import given
import pytest

from workbench.rating.gold import hidden_among
from workbench.rating.session import RatingSession
from workbench.records import BatchSettings, NewItem
from workbench.views.batches import batch_rows

TWO_EACH = [NewItem(1, (11, 12)), NewItem(2, (21, 22))]
TEXTS = {one: f"text {one}" for one in (11, 12, 21, 22, 31, 32, 33, 34)}


def hidden(known, beside=None, items=TWO_EACH, texts=TEXTS):
    return [(one.prompt_id, set(one.completions)) for one in hidden_among(items, known, beside or {}, texts, 0)]


def test_gold_has_as_many_answers_as_the_items_around_it():
    assert hidden([(3, (31, 32))]) == [(3, {31, 32})]
    assert hidden([(3, (31, 32, 33))]) == [(3, {31, 32})]


def test_other_answers_to_its_prompt_fill_it_up():
    ((prompt, answers),) = hidden([(3, (31,))], {3: (31, 32, 33, 34)})
    assert (prompt, len(answers), 31 in answers) == (3, 2, True)


def test_identical_answers_count_once_for_they_are_shown_once():
    same = {**TEXTS, 32: " text 31\n", 12: "text 11", 22: "text 21"}
    assert hidden([(3, (31, 32))], texts={**TEXTS, 32: "text 31"}) == []
    assert hidden([(3, (31, 32))], texts=same) == [(3, {31})]  # so each item shows one answer


def test_a_prompt_with_too_few_answers_is_no_gold():
    assert hidden([(3, (31,))], {3: (31,)}) == []


def test_a_prompt_of_the_batch_is_no_gold_whatever_the_answer():
    assert hidden([(2, (31,))], {2: (21, 22, 31)}) == []


@pytest.mark.parametrize("sizes", [(1, 2), (1, 3)])
def test_among_items_of_several_sizes_gold_has_one_of_them(sizes):
    items = [NewItem(prompt, tuple(range(31, 31 + size))) for prompt, size in enumerate(sizes, 10)]
    shaped = hidden([(prompt, (31, 32, 33)) for prompt in range(100, 140)], items=items)
    assert {len(answers) for _, answers in shaped} == set(sizes)
    assert {len(answers) for _, answers in hidden([(3, (31, 32))], items=items)} <= set(sizes)


# --- several raters: an item for everyone among items for one each ---


@pytest.fixture
def batch(store):
    """Two prompts for one rater each, and between them gold, whose place is drawn before one of them."""
    settings = BatchSettings(overlap=0.0, overlap_raters=2, gold=0.5)
    return given.batch(store, [["a", "b"], ["c", "d"]], judged=settings, gold=[NewItem(1, (1, 2))])


def finish(session):
    while place := session.place():
        session.commit(session.store, session.score(place, 3, given.NOW, 1000))


def test_gold_is_given_to_each_who_has_an_ordinary_item(store, batch):
    ada = RatingSession.open(store, batch.id, "ada")
    assert (ada.count(), ada.answers()) == ((1, 3), 6)
    finish(ada)
    assert ada.judged() == 6


def test_who_finds_all_ordinary_items_taken_is_not_left_with_gold_alone(store, batch):
    finish(RatingSession.open(store, batch.id, "ada"))
    bob = RatingSession.open(store, batch.id, "bob")
    assert (bob.place(), bob.answers()) == (None, 0)
    assert [(row.answers, row.finished) for row in batch_rows(store, "bob")] == [(0, True)]


def test_gold_comes_back_with_an_ordinary_item(store, batch):
    ada = RatingSession.open(store, batch.id, "ada")
    finish(ada)
    bob = RatingSession.open(store, batch.id, "bob")
    for _ in range(12):  # 2 ordinary items with 2 answers on 3 criteria
        ada.commit(store, ada.undo(given.NOW, 1000))
    ada.leave(store)
    bob.look()
    assert bob.place() is not None
    assert bob.answers() > 2


def test_the_count_holds_when_the_last_ordinary_item_goes_while_gold_is_rated(store, batch):
    ada = RatingSession.open(store, batch.id, "ada")
    bob = RatingSession.open(store, batch.id, "bob")
    finish(ada)
    bob.look()
    assert (bob.place().item.gold, bob.count()) == (True, (1, 1))
