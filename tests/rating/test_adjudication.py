"""Adjudication: one who sees what others gave decides, and what was decided takes the place of what was in dispute."""

from __future__ import annotations

import given
import pytest

from workbench.rating.session import RatingSession
from workbench.rating.versus import VersusSession
from workbench.records import BatchSettings, NewItem
from workbench.store import adjudicated, batches, comparisons, judgments, rated, ratings, repeats, scores, summaries
from workbench.views.agree import Question, agree

ADA, BOB, CAT = (5, 3, 3), (2, 3, 3), (4, 4, 4)


@pytest.fixture
def disputed(store):
    """Two prompts of two answers; ada and bob are three points apart on the fluency of answer 1 alone."""
    batch = given.batch(store, [["a", "b"], ["c", "d"]])
    given.rated(store, batch, {1: ADA, 2: (1, 1, 1), 3: (3, 3, 3), 4: (2, 2, 2)}, "ada")
    given.rated(store, batch, {1: BOB, 2: (1, 1, 1), 3: (3, 3, 3), 4: (2, 2, 2)}, "bob")
    return batch


@pytest.fixture
def settling(store, disputed):
    settings = BatchSettings(overlap=0.0, overlap_raters=2, adjudicates=disputed.id)
    return batches.add(store, "adjudication", disputed.rubric_id, 0, [NewItem(1, (1, 2), 1)], None, settings)


def test_the_adjudicator_sees_what_both_gave(store, settling):
    session = RatingSession.open(store, settling.id, "cat")
    seen = {}
    while place := session.place():
        seen[place.completion.id] = place.given
        session.commit(store, session.skip(place, given.NOW, 1000))
    assert seen[1] == {"fluency": [2, 5], "coherence": [3, 3], "relevance": [3, 3]}
    assert seen[2]["fluency"] == [1, 1]


def test_nobody_else_sees_anything(store, disputed):
    place = RatingSession.open(store, disputed.id, "cat").place()
    assert place.given == {}


def test_what_was_decided_takes_the_place_of_what_was_in_dispute(store, disputed, settling):
    given.rated(store, settling, {1: CAT, 2: (1, 1, 2)}, "cat")
    of_first = [tuple(one.scores.values()) for one in ratings.rated(store, "general") if one.completion_id == 1]
    of_third = [tuple(one.scores.values()) for one in ratings.rated(store, "general") if one.completion_id == 3]
    assert (of_first, of_third) == ([CAT], [(3, 3, 3), (3, 3, 3)])
    assert ratings.rated(store, "general", disputed.id) == ratings.rated(store, "general")


def test_an_answer_that_was_begun_and_skipped_is_not_settled(store, settling):
    """Cat scores the first answer on one criterion and skips it, and decides the second."""
    session = RatingSession.open(store, settling.id, "cat")
    while place := session.place():
        if place.completion.id == 1 and place.scores:
            session.commit(store, session.skip(place, given.NOW, 1000))
        else:
            session.commit(store, session.score(place, 4, given.NOW, 1000))
    counted = [(one.completion_id, tuple(one.scores.values())) for one in ratings.rated(store, "general")]
    assert sorted(one for one in counted if one[0] < 3) == [(1, BOB), (1, ADA), (2, CAT)]


def test_what_was_decided_is_settled_whoever_is_asked_for(store, settling):
    judgments.add_rater(store, "judge", "imported")
    given.judged(store, settling, {1: CAT}, "judge")
    assert [one.completion_id for one in ratings.rated(store, "general") if one.completion_id == 1] == []
    of_imported = ratings.rated(store, "general", kinds=("imported",))
    assert [(one.completion_id, tuple(one.scores.values())) for one in of_imported] == [(1, CAT)]


def test_an_adjudication_taken_back_leaves_the_dispute(store, settling):
    session = RatingSession.open(store, settling.id, "cat")
    session.commit(store, session.score(session.place(), 4, given.NOW, 1000))
    session.commit(store, session.undo(given.NOW, 1000))
    assert len(ratings.rated(store, "general")) == 8


def test_it_is_no_independent_rating(store, settling):
    before = independent(store)
    given.rated(store, settling, {1: CAT, 2: (1, 1, 2)}, "cat")
    given.rated(store, settling, {1: CAT, 2: (1, 1, 2)}, "ada")
    assert independent(store) == before


def independent(store):
    """What is read of ratings that nobody else's stood beside."""
    sums = summaries.count(store, "cat").scores
    return scores.all_of(store, "general"), sums, rated.of_model(store, 1), repeats.visits(store, "general")


# --- pairs ---


@pytest.fixture
def divided(store):
    """Two pairs; of answers 1 and 2 ada prefers the first, bob and cem the second; of 3 and 4 all the third."""
    pairs = BatchSettings(mode="pairs", overlap_raters=None)
    batch = given.batch(store, [["a", "b"], ["c", "d"]], judged=pairs)
    for rater, winner in (("ada", 1), ("bob", 2), ("cem", 2)):
        given.compared(store, batch, {1: winner, 2: 3}, rater)
    return batch


@pytest.fixture
def dispute(store, divided):
    settings = BatchSettings("pairs", overlap=0.0, overlap_raters=2, adjudicates=divided.id)
    return batches.add(store, "adjudication", divided.rubric_id, 0, [NewItem(1, (1, 2), 1)], None, settings)


@pytest.fixture
def decided(store, dispute):
    """Dan prefers answer 1."""
    given.compared(store, dispute, {3: 1}, "dan")
    return dispute


def test_of_a_pair_the_adjudicator_sees_what_was_given_whichever_side_is_left(store, dispute):
    sides = {}
    for rater in ("dan", "eva", "fay", "gus"):  # who sees which answer left is drawn by name
        session = VersusSession.open(store, dispute.id, rater)
        pair = session.place()
        sides[pair.left.id] = pair.given
        session.leave(store)
    assert sides == {1: {"left": 1, "right": 2}, 2: {"left": 2, "right": 1}}


def test_nobody_else_sees_what_was_given_to_a_pair(store, divided):
    assert VersusSession.open(store, divided.id, "dan").place().given == {}


def test_what_was_decided_of_a_pair_takes_the_place_of_the_votes(store, divided, decided):
    counted = adjudicated.settled(store, comparisons.all_of(store, "general"))
    names = {one.rater_id: (one.batch_id, one.item_id) for one in counted if one.item_id in (1, 3)}
    assert list(names.values()) == [(decided.id, 3)]
    assert sum(one.item_id == 2 for one in counted) == 3


def test_a_decision_on_a_pair_is_no_independent_comparison(store, divided, decided):
    found = agree(store, Question())
    assert (found.comparisons, found.raters) == (6, ("ada", "bob", "cem"))
