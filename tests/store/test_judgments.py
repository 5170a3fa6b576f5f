"""Appending events: once each, numbered without a gap, with the order that was shown."""

from __future__ import annotations

import sqlite3

import given
import pytest

from workbench.rating.session import RatingSession
from workbench.store import Store, integrity, judgments, ratings


@pytest.fixture
def batch(store):
    judgments.add_rater(store, "ada")
    judgments.add_rater(store, "bob")
    return given.batch(store, [["a", "b"], ["c", "d"]])


def current(store):
    rows = store.read("SELECT rater_id, completion_id, kind, criterion, value FROM ratings")
    return [tuple(row) for row in rows]


def test_events_of_a_session_are_numbered_from_one_without_a_gap(store, batch):
    numbers = [given.say(store, batch).seq for _ in range(3)]
    other = [given.say(store, batch, seq_of="another").seq for _ in range(2)]
    assert (numbers, other) == ([1, 2, 3], [1, 2])
    assert integrity.gaps(store) == []


def test_an_event_is_stored_once_however_often_it_is_appended(store, batch):
    event = given.event(batch)
    first = judgments.append(store, event, batch.id, [1, 2])
    again = judgments.append(store, event, batch.id, [1, 2])
    assert first == again
    assert judgments.count(store) == 1


def test_a_retry_after_a_later_event_gives_the_stored_one(store, batch):
    event = given.event(batch, value=2)
    stored = judgments.append(store, event, batch.id, [1, 2])
    given.say(store, batch, value=5)
    assert judgments.append(store, event, batch.id, [1, 2]) == stored
    assert current(store) == [(1, 1, "score", "fluency", 5)]


@pytest.mark.parametrize("value", [0, 6, None])
def test_a_score_outside_1_to_5_is_refused_by_the_database(store, batch, value):
    with pytest.raises(sqlite3.IntegrityError):
        given.say(store, batch, value=value)
    assert (judgments.count(store), current(store)) == (0, [])


def test_a_failed_event_leaves_no_number_behind(store, batch):
    given.say(store, batch)
    with pytest.raises(sqlite3.IntegrityError):
        given.say(store, batch, value=9)
    assert given.say(store, batch).seq == 2


def test_a_correction_is_a_new_event_and_the_rating_is_the_latest(store, batch):
    given.say(store, batch, value=2)
    given.say(store, batch, value=4)
    assert judgments.count(store) == 2
    assert current(store) == [(1, 1, "score", "fluency", 4)]


def test_the_undo_of_a_correction_restores_the_earlier_score(store, batch):
    given.say(store, batch, value=2)
    correction = given.say(store, batch, value=4)
    given.say(store, batch, kind="undo", undoes=correction.uuid, value=None)
    assert current(store) == [(1, 1, "score", "fluency", 2)]


def test_the_undo_of_the_only_score_leaves_no_rating(store, batch):
    score = given.say(store, batch)
    given.say(store, batch, kind="undo", undoes=score.uuid, value=None)
    assert current(store) == []


def test_the_undo_of_an_earlier_score_keeps_the_later_one(store, batch):
    first = given.say(store, batch, value=2)
    given.say(store, batch, value=4)
    given.say(store, batch, kind="undo", undoes=first.uuid, value=None)
    assert current(store) == [(1, 1, "score", "fluency", 4)]


def test_a_key_that_came_too_fast_is_kept_and_not_applied(store, batch):
    given.say(store, batch, kind="too_fast")
    assert (judgments.count(store), current(store)) == (1, [])


def test_an_event_is_taken_back_once_by_two_sessions_that_both_undo_it(store, batch):
    # Two terminals of one rater: the second still shows the score that the first has taken back.
    score = given.say(store, batch)
    first = given.say(store, batch, kind="undo", undoes=score.uuid, value=None)
    second = given.say(store, batch, seq_of="second", kind="undo", undoes=score.uuid, value=None)
    assert second == first
    assert judgments.count(store) == 2


def test_an_undo_of_nothing_is_refused(store, batch):
    with pytest.raises(sqlite3.IntegrityError):
        given.say(store, batch, kind="undo", undoes="no such event", value=None)


def test_undo_takes_back_event_after_event_across_sessions(store, batch):
    for value in (1, 2, 3):
        session = RatingSession.open(store, batch.id, "ada")  # a session of its own for each event
        session.commit(store, session.score(session.place(), value, given.NOW, 900))
    taken_back = []
    session = RatingSession.open(store, batch.id, "ada")
    while event := session.undo(given.NOW, 900):
        taken_back.append(session.undoable[-1].value)
        session.commit(store, event)
    assert taken_back == [3, 2, 1]
    assert current(store) == []


def test_the_stack_of_one_rater_holds_nothing_of_another(store, batch):
    given.say(store, batch)
    assert judgments.stack(store, 2, batch.id) == []


def test_the_order_shown_is_kept_with_the_first_event_of_an_item(store, batch):
    judgments.append(store, given.event(batch), batch.id, [2, 1])
    judgments.append(store, given.event(batch, rater_id=2, seq_of="bob's"), batch.id, [1, 2])
    judgments.append(store, given.event(batch), batch.id, [1, 2])  # a later claim changes nothing
    rows = store.read("SELECT rater_id, item_id, shown_order FROM presentations ORDER BY id")
    assert [tuple(row) for row in rows] == [(1, 1, "[2,1]"), (2, 1, "[1,2]")]


def test_an_event_reaches_another_connection_with_everything_it_resolves_to(store, batch):
    stored = given.say(store, batch, milliseconds=1234)
    with Store(store.workspace) as other:
        row = other.one(
            "SELECT j.milliseconds, s.batch_id, r.name, u.hash, c.text FROM judgments j"
            " JOIN sessions s ON s.id = j.session JOIN raters r ON r.id = j.rater_id"
            " JOIN rubrics u ON u.id = j.rubric_id"
            " JOIN completions c ON c.id = j.completion_id WHERE j.uuid = ?",
            (stored.uuid,),
        )
        hashed = other.value("SELECT hash FROM rubrics")
    assert tuple(row) == (1234, batch.id, "ada", hashed, "a")


def test_skipping_leaves_the_scores_and_marks_the_answer(store, batch):
    given.say(store, batch)
    given.say(store, batch, kind="skip", criterion=None, value=None)
    state = ratings.of_rater(store, 1, batch.id)[1, 1]
    assert (state.scores, state.skipped) == ({"fluency": 3}, True)
