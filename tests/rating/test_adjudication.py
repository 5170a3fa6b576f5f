"""Adjudication: one who sees what others gave decides, and what was decided takes the place of what was in dispute."""

from __future__ import annotations

import given
import pytest

from workbench.rating.session import RatingSession
from workbench.records import BatchSettings, NewItem
from workbench.store import batches, ratings, scores, summaries

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


def test_an_adjudication_taken_back_leaves_the_dispute(store, settling):
    session = RatingSession.open(store, settling.id, "cat")
    session.commit(store, session.score(session.place(), 4, given.NOW, 1000))
    session.commit(store, session.undo(given.NOW, 1000))
    assert len(ratings.rated(store, "general")) == 8


def test_it_is_no_independent_rating(store, settling):
    independent, home = scores.all_of(store, "general"), summaries.count(store, "cat").scores
    given.rated(store, settling, {1: CAT, 2: (1, 1, 2)}, "cat")
    assert scores.all_of(store, "general") == independent
    assert summaries.count(store, "cat").scores == home
