"""Flags and notes: said of what is on the screen, taken back like everything else, in the way of nothing."""

from __future__ import annotations

import given
import pytest

from workbench.rating.session import RatingSession
from workbench.rating.versus import VersusSession
from workbench.records import BatchSettings
from workbench.store import ratings, scores


@pytest.fixture
def session(store):
    return RatingSession.open(store, given.batch(store, [["a", "b"]]).id, "ada")


def commit(session, event):
    session.commit(session.store, event)


def flag(session):
    commit(session, session.flag(session.place(), given.NOW, 1000))


def note(session, text):
    commit(session, session.note(session.place(), text, given.NOW, 1000))


def standing(session):
    return [(one.kind, one.text) for one in scores.remarks(session.store)]


def test_a_flag_and_a_note_stand_and_the_place_stays(session):
    flag(session)
    note(session, "made up")
    place = session.place()
    assert (place.flagged, place.note, place.focused, place.position) == (True, "made up", "fluency", 1)
    assert standing(session) == [("flag", ""), ("note", "made up")]


def test_a_second_flag_takes_the_first_back(session):
    flag(session)
    commit(session, session.score(session.place(), 4, given.NOW, 1000))
    flag(session)
    assert (session.place().flagged, session.place().scores) == (False, {"fluency": 4})
    assert standing(session) == []
    flag(session)
    assert session.place().flagged


def test_undo_after_a_flag_that_was_taken_back_goes_on_to_the_score(session):
    commit(session, session.score(session.place(), 4, given.NOW, 1000))
    flag(session)
    flag(session)
    commit(session, session.undo(given.NOW, 1000))
    assert session.place().scores == {}


def test_a_note_takes_the_place_of_the_one_before_and_undo_brings_it_back(session):
    note(session, "first")
    note(session, "second")
    assert session.place().note == "second"
    commit(session, session.undo(given.NOW, 1000))
    assert session.place().note == "first"


def test_they_are_there_in_a_new_session(store, session):
    flag(session)
    note(session, "odd")
    place = RatingSession.open(store, session.batch.id, "ada").place()
    assert (place.flagged, place.note) == (True, "odd")


def test_a_pair_has_them_too(store):
    batch = given.batch(store, [["a", "b"]], judged=BatchSettings(mode="pairs"))
    session = VersusSession.open(store, batch.id, "ada")
    commit(session, session.flag(session.place(), given.NOW, 1000))
    commit(session, session.note(session.place(), "both rude", given.NOW, 1000))
    pair = session.place()
    assert (pair.flagged, pair.note, session.judged()) == (True, "both rude", 0)
    assert ratings.differences(store) == 0
