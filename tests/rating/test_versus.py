"""The versus session: two answers, one key, the same way back as when rating."""

from __future__ import annotations

import given
import pytest

from workbench.errors import UsageError
from workbench.rating.session import RatingSession
from workbench.rating.versus import VersusSession
from workbench.records import OUTCOMES, BatchSettings
from workbench.store import Store, comparisons, integrity, judgments

PAIRS = BatchSettings(mode="pairs")


@pytest.fixture
def batch(store):
    return given.batch(store, [["a", "b"], ["c", "d"], ["e", "f"]], judged=PAIRS)


@pytest.fixture
def session(store, batch):
    return VersusSession.open(store, batch.id, "ada")


def say(session, *outcomes):
    for outcome in outcomes:
        session.commit(session.store, session.compare(session.place(), outcome, given.NOW, 1000))


def where(session):
    pair = session.place()
    return pair and pair.item_number


def test_one_key_goes_on_to_the_next_pair(session):
    say(session, "left")
    assert (where(session), session.judged(), session.answers()) == (2, 1, 3)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_is_stored_is_what_was_on_screen(session, outcome):
    pair = session.place()
    say(session, outcome)
    (found,) = comparisons.all_of(session.store, "general")
    assert (found.left_id, found.right_id, found.outcome) == (pair.left.id, pair.right.id, outcome)
    assert [pair.left.id, pair.right.id] == list(session.shown_order(pair.item))


def test_the_end_is_no_pair(session):
    say(session, "left", "tie", "both_bad")
    assert (where(session), session.judged()) == (None, 3)


def test_a_skipped_pair_is_over(session):
    session.commit(session.store, session.skip(session.place(), given.NOW, 1000))
    assert (where(session), session.judged()) == (2, 1)
    assert comparisons.all_of(session.store, "general") == []


def test_undo_goes_back_and_leaves_no_comparison(session):
    say(session, "left", "right")
    for expected in (2, 1):
        session.commit(session.store, session.undo(given.NOW, 1000))
        assert where(session) == expected
    assert comparisons.all_of(session.store, "general") == []
    assert integrity.view_differences(session.store) == 0
    assert session.undo(given.NOW, 1000) is None


def test_the_undo_of_a_second_opinion_restores_the_first(store, batch, session):
    pair = session.place()
    say(session, "left")
    second = session.compare(pair, "right", given.NOW, 1000)  # as another terminal of the same rater would
    judgments.append(store, second, batch.id, session.shown_order(pair.item))
    assert [one.outcome for one in comparisons.all_of(store, "general")] == ["right"]
    session.reload()
    session.commit(store, session.undo(given.NOW, 1000))
    assert [one.outcome for one in comparisons.all_of(store, "general")] == ["left"]


@pytest.mark.parametrize("keys", range(4))
def test_a_new_session_resumes_at_the_same_pair(store, batch, session, keys):
    say(session, *["tie"] * keys)
    with Store(store.workspace) as other:
        assert where(VersusSession.open(other, batch.id, "ada")) == where(session)


def test_a_key_that_came_too_fast_is_kept_and_not_applied(session):
    session.commit(session.store, session.too_fast(session.place(), "tie", given.NOW, 40))
    event = session.store.one("SELECT kind, value, outcome FROM judgments")
    assert tuple(event) == ("too_fast", 3, None)
    assert where(session) == 1


def test_a_batch_of_pairs_is_not_rated_and_the_other_way_round(store, batch):
    with pytest.raises(UsageError, match=r"of the mode pairs. Use: workbench versus"):
        RatingSession.open(store, batch.id, "ada")
    other = given.batch(store, [["a", "b"]])
    with pytest.raises(UsageError, match=r"of the mode ratings. Use: workbench rate"):
        VersusSession.open(store, other.id, "ada")


def test_a_pair_goes_to_one_rater(store):
    apart = BatchSettings(mode="pairs", overlap=0.0, overlap_raters=2)
    batch = given.batch(store, [["a", "b"], ["c", "d"]], judged=apart)
    ada, bob = (VersusSession.open(store, batch.id, name) for name in ("ada", "bob"))
    assert ada.place().item.id != bob.place().item.id
    say(ada, "left")
    say(bob, "right")
    ada.look()
    assert (where(ada), where(bob), ada.answers(), bob.answers()) == (None, None, 1, 1)


def test_a_pair_that_comes_back_is_drawn_anew_and_kept_beside_the_first(store):
    settings = BatchSettings(mode="pairs", repeats=0.1)
    batch = given.batch(store, [[f"a{n}", f"b{n}"] for n in range(20)], judged=settings)
    session = VersusSession.open(store, batch.id, "ada")
    say(session, *["left"] * 22)  # 20 pairs, two of them twice
    repeated = comparisons.repeated(comparisons.all_of(store, "general"))
    assert len(repeated) == 2
    assert all({one.left_id, one.right_id} == {two.left_id, two.right_id} for one, two in repeated)
    assert all(two.repeat_of == one.item_id for one, two in repeated)
