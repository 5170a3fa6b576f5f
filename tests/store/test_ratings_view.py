"""The table `ratings` is the view of the events, whatever was scored, skipped and undone in whatever order."""

from __future__ import annotations

import tempfile
from pathlib import Path

import given
import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn

from workbench.rating.session import RatingSession
from workbench.store import integrity, judgments, open_store, ratings
from workbench.workspace import Workspace

# (rater, what): a score of the focused criterion, a skip, an undo, or a score of any answer out of order
STEPS = st.tuples(
    st.sampled_from(["ada", "bob"]),
    st.one_of(
        st.integers(1, 5),
        st.just("skip"),
        st.just("undo"),
        st.tuples(st.integers(1, 4), st.sampled_from(given.CRITERIA), st.integers(1, 5)),
    ),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@drawn(st.lists(STEPS, max_size=25))
def test_it_equals_the_view_rebuilt_from_the_events(steps):
    with tempfile.TemporaryDirectory() as folder, open_store(Workspace(Path(folder))) as store:
        batch = given.batch(store, [["a", "b"], ["c", "d"]])
        sessions = {name: RatingSession.open(store, batch.id, name) for name in ("ada", "bob")}
        expected: dict[tuple[str, int, str], list[int | None]] = {}  # (rater, answer, criterion) -> values, newest last
        stack: dict[str, list[tuple[str, int, str]]] = {"ada": [], "bob": []}
        for rater, what in steps:
            _take(store, batch, sessions[rater], rater, what, expected, stack[rater])
        assert ratings.differences(store) == 0
        assert integrity.gaps(store) == []
        assert _stored(store) == {key: values[-1] for key, values in expected.items() if values}


def _take(store, batch, session, rater, what, expected, stack):
    """One step, and what it should leave behind in plain lists."""
    place = session.place()
    if what == "undo":
        event = session.undo(given.NOW, 900)
        assert (event is None) == (not stack)
        if event is None:
            return
        expected[stack.pop()].pop()
    elif isinstance(what, tuple):
        completion, criterion, value = what
        item = 1 if completion <= 2 else 2
        event = given.event(
            batch, seq_of=session.session, rater_id=session.rater.id, item_id=item, completion_id=completion,
            criterion=criterion, value=value,
        )  # fmt: skip
        _expect(expected, stack, (rater, completion, criterion), value)
    elif place is None:
        return
    elif what == "skip":
        event = session.skip(place, given.NOW, 900)
        _expect(expected, stack, (rater, place.completion.id, ""), None)
    else:
        event = session.score(place, what, given.NOW, 900)
        _expect(expected, stack, (rater, place.completion.id, place.focused), what)
    session.commit(store, event)
    assert judgments.count(store) == store.value("SELECT COUNT(*) FROM judgments")


def _expect(expected, stack, key, value):
    expected.setdefault(key, []).append(value)
    stack.append(key)


def _stored(store):
    rows = store.read(
        "SELECT w.name, r.completion_id, r.criterion, r.value FROM ratings r JOIN raters w ON w.id = rater_id"
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def test_a_rating_that_no_event_says_is_counted(store):
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (3, 3, 3)})
    store.connection.execute("UPDATE ratings SET value = 5 WHERE criterion = 'fluency'")
    assert ratings.differences(store) == 2  # the row that should not be there, and the one that should


def test_a_rating_that_is_missing_is_counted(store):
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (3, 3, 3)})
    store.connection.execute("DELETE FROM ratings WHERE kind = 'skip'")
    assert ratings.differences(store) == 1


def test_rated_gives_one_record_a_rater_with_its_latest_scores(store):
    batch = given.batch(store, [["a", "b"]])
    given.rated(store, batch, {1: (1, 2, 3), 2: (4, 4, 4)}, "ada")
    given.rated(store, batch, {1: (5, 5, 5)}, "bob")  # and skips the second
    found = {(one.rater_id, one.completion_id): tuple(one.scores[name] for name in given.CRITERIA)
             for one in ratings.rated(store, "general")}  # fmt: skip
    assert found == {(1, 1): (1, 2, 3), (1, 2): (4, 4, 4), (2, 1): (5, 5, 5)}


def test_rated_of_another_rubric_is_empty(store):
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (1, 2, 3)})
    assert ratings.rated(store, "another") == []
