"""Hidden repeats: an item comes back to the same rater, later, and says how steady the rater is."""

from __future__ import annotations

import given
import pytest

from workbench.rating.queue import DISTANCE
from workbench.rating.session import RatingSession
from workbench.records import BatchSettings
from workbench.store import batches, integrity, ratings, scores

ITEMS = 40


@pytest.fixture
def batch(store):
    return given.batch(store, [[f"answer {n}"] for n in range(ITEMS)], judged=BatchSettings(repeats=0.05))


def run(store, batch, value=lambda showing: 3):
    """Judge everything as ada; the prompts in the order in which they came. `value` is told which showing it is."""
    session = RatingSession.open(store, batch.id, "ada")
    order = []
    while place := session.place():
        showing = order.count(place.prompt.id)
        if place.focused == "fluency":
            order.append(place.prompt.id)
            showing += 1
        session.commit(store, session.score(place, value(showing), given.NOW, 1000))
    return order


def test_a_share_of_the_items_comes_back_once(store, batch):
    order = run(store, batch)
    assert len(order) == ITEMS + 2  # 5 % of 40
    assert len(set(order)) == ITEMS


def test_it_comes_back_at_a_distance(store, batch):
    order = run(store, batch)
    twice = {prompt for prompt in order if order.count(prompt) == 2}
    between = [len(order) - 1 - order[::-1].index(prompt) - order.index(prompt) - 1 for prompt in twice]
    # the first showing is among the first 30, so at least 10 others follow it even where the batch ends too soon
    assert all(count >= min(DISTANCE, ITEMS // 4) for count in between)


def test_the_second_judgment_is_kept_beside_the_first(store, batch):
    run(store, batch, value=lambda showing: 2 if showing == 1 else 5)
    found = scores.repeats(store, "general")
    assert [(one.criterion, one.first, one.second) for one in found[:3]] == [
        ("fluency", 2, 5), ("coherence", 2, 5), ("relevance", 2, 5),
    ]  # fmt: skip
    assert len(found) == 6  # two items of one answer, three criteria
    assert {score for one in ratings.rated(store, "general") for score in one.scores.values()} == {2}
    assert len(scores.all_of(store, "general")) == 3 * ITEMS
    assert integrity.view_differences(store) == 0


def test_it_is_not_told_from_any_other(store, batch):
    session = RatingSession.open(store, batch.id, "ada")
    numbers = []
    while place := session.place():
        numbers.append((place.item_number, place.items))
        session.commit(store, session.skip(place, given.NOW, 1000))
    assert numbers == [(number, ITEMS + 2) for number in range(1, ITEMS + 3)]


def test_it_is_for_those_who_judged_the_first(store):
    settings = BatchSettings(overlap=0.0, overlap_raters=2, repeats=0.05)
    batch = given.batch(store, [[f"answer {n}"] for n in range(ITEMS)], judged=settings)
    run(store, batch)
    bob = RatingSession.open(store, batch.id, "bob")
    assert (bob.place(), bob.answers()) == (None, 0)
    assert len(batches.items(store, batch.id)) == ITEMS + 2


def test_undo_of_a_repeat_shows_it_again(store, batch):
    run(store, batch)
    session = RatingSession.open(store, batch.id, "ada")
    last = session.undoable[-1]
    session.commit(store, session.undo(given.NOW, 1000))
    assert session.place().item.id == last.item_id
