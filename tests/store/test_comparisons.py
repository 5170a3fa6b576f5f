"""Comparisons: events like every other, with a current view that is always what the events say."""

from __future__ import annotations

import random
import sqlite3

import given
import pytest

from workbench.rating.versus import VersusSession
from workbench.records import OUTCOMES, BatchSettings
from workbench.store import comparisons, integrity, judgments


@pytest.fixture
def batch(store):
    judgments.add_rater(store, "ada")
    return given.batch(store, [["a", "b"], ["c", "d"], ["e", "f"]], judged=BatchSettings(mode="pairs"))


def compare(store, batch, **how):
    values = {"kind": "comparison", "criterion": None, "value": None, "other_id": 2, "outcome": "left"}
    return given.say(store, batch, **{**values, **how})


def outcomes(store):
    return [tuple(row) for row in store.read("SELECT rater_id, item_id, left_id, right_id, outcome FROM comparisons")]


def test_it_stands_in_the_view_and_not_among_the_ratings(store, batch):
    compare(store, batch)
    assert outcomes(store) == [(1, 1, 1, 2, "left")]
    assert store.value("SELECT COUNT(*) FROM ratings") == 0


def test_the_latest_counts_and_an_undo_restores_the_one_before(store, batch):
    compare(store, batch, outcome="tie")
    second = compare(store, batch, outcome="right")
    assert outcomes(store) == [(1, 1, 1, 2, "right")]
    given.say(store, batch, kind="undo", undoes=second.uuid, value=None, criterion=None)
    assert outcomes(store) == [(1, 1, 1, 2, "tie")]


@pytest.mark.parametrize(
    "wrong", [{"outcome": None}, {"outcome": "up"}, {"other_id": None}, {"completion_id": None}, {"other_id": 99}]
)
def test_a_comparison_that_says_nothing_is_refused_by_the_database(store, batch, wrong):
    with pytest.raises(sqlite3.IntegrityError):
        compare(store, batch, **wrong)
    assert (judgments.count(store), outcomes(store)) == (0, [])


def test_a_score_with_an_outcome_is_refused_by_the_database(store, batch):
    with pytest.raises(sqlite3.IntegrityError):
        given.say(store, batch, outcome="left")


@pytest.mark.parametrize("statement", ["UPDATE judgments SET outcome = 'right'", "DELETE FROM judgments"])
def test_it_is_never_changed(store, batch, statement):
    compare(store, batch)
    with pytest.raises(sqlite3.IntegrityError, match="judgments are never"):
        store.connection.execute(statement)


def test_a_view_that_says_something_else_is_found(store, batch):
    compare(store, batch)
    store.connection.execute("UPDATE comparisons SET outcome = 'right'")
    assert integrity.view_differences(store) == 2  # the row that should not be there, and the one that should


@pytest.mark.parametrize("seed", range(10))
def test_the_view_equals_the_events_whatever_was_pressed(store, batch, seed):
    chance = random.Random(seed)
    sessions = [VersusSession.open(store, batch.id, name) for name in ("ada", "bob")]
    for _ in range(40):
        session = chance.choice(sessions)
        pair, key = session.place(), chance.random()
        undo = session.undo(given.NOW, 900)
        if undo and (pair is None or key < 0.3):
            session.commit(store, undo)
        elif key < 0.4:
            session.commit(store, session.skip(pair, given.NOW, 900))
        elif key < 0.5:
            session.commit(store, session.flag(pair, given.NOW, 900))
        else:
            session.commit(store, session.compare(pair, chance.choice(OUTCOMES), given.NOW, 900))
        assert integrity.view_differences(store) == 0
    assert integrity.gaps(store) == []


def test_all_of_gives_the_models_and_the_rater(store, batch):
    event = compare(store, batch, outcome="both_bad", milliseconds=1234)
    (found,) = comparisons.all_of(store, "general")
    assert found == comparisons.Comparison(
        judgment_id=event.id, batch_id=batch.id, item_id=1, rater_id=1, rater_kind="human", prompt_id=1, left_id=1,
        right_id=2, left_model=1, right_model=1, outcome="both_bad", milliseconds=1234, repeat_of=None,
    )  # fmt: skip
    assert comparisons.all_of(store, "general", batch.id + 1) == comparisons.all_of(store, "summary") == []
