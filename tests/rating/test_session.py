"""The rating session: its place follows from the ratings, so it resumes where it was, whatever happened."""

from __future__ import annotations

import given
import pytest

from workbench.errors import StoreBusy, UnknownNumber, UsageError
from workbench.rating.session import RatingSession
from workbench.records import NewItem
from workbench.store import Store, batches, judgments
from workbench.store.ratings import differences


@pytest.fixture
def batch(store):
    return given.batch(store, [["a", "b"], ["c", "d"]])


@pytest.fixture
def session(store, batch):
    return RatingSession.open(store, batch.id, "ada")


def score(session, *values):
    for value in values:
        session.commit(session.store, session.score(session.place(), value, given.NOW, 1000))


def undo(session):
    session.commit(session.store, session.undo(given.NOW, 1000))


def where(session):
    place = session.place()
    return place and (place.item_number, place.position, place.focused, place.scores)


def test_it_begins_at_the_first_criterion_of_the_first_answer(session):
    assert where(session) == (1, 1, "fluency", {})


def test_the_last_digit_of_an_answer_moves_on(session):
    score(session, 1, 2)
    assert where(session) == (1, 1, "relevance", {"fluency": 1, "coherence": 2})
    score(session, 3)
    assert where(session) == (1, 2, "fluency", {})
    score(session, 1, 2, 3)
    assert where(session) == (2, 1, "fluency", {})


def test_the_end_is_no_place(session):
    score(session, *[3] * 12)  # 4 answers, 3 criteria
    assert where(session) is None
    assert (session.judged(), session.answers()) == (4, 4)


def test_a_skipped_answer_counts_as_judged(session):
    session.commit(session.store, session.skip(session.place(), given.NOW, 1000))
    assert where(session) == (1, 2, "fluency", {})
    assert session.judged() == 1


@pytest.mark.parametrize("digits", range(13))
def test_a_new_session_resumes_at_the_same_place(store, batch, session, digits):
    score(session, *[4] * digits)
    with Store(store.workspace) as other:
        again = RatingSession.open(other, batch.id, "ada")
        assert where(again) == where(session)
        assert again.session != session.session


def test_undo_goes_back_across_answers_and_prompts(session):
    score(session, *[5] * 7)
    for expected in [(2, 1, "fluency", {}), (1, 2, "relevance", {"fluency": 5, "coherence": 5})]:
        undo(session)
        assert where(session) == expected


def test_undo_of_a_skip_shows_the_answer_again_with_its_scores(session):
    score(session, 4)
    session.commit(session.store, session.skip(session.place(), given.NOW, 1000))
    undo(session)
    assert where(session) == (1, 1, "coherence", {"fluency": 4})


def test_nothing_is_left_to_undo_at_the_beginning(session):
    assert session.undo(given.NOW, 0) is None


def test_raters_do_not_see_each_other(store, batch, session):
    score(session, 1, 1, 1, 1)
    assert where(RatingSession.open(store, batch.id, "bob")) == (1, 1, "fluency", {})


def test_the_answer_shown_is_the_one_that_the_drawn_order_names(session):
    place = session.place()
    assert place.completion.id == session.shown_order(place.item)[0]
    assert session.score(place, 3, given.NOW, 0).position == 0


def test_the_shown_order_is_stored_as_it_was_drawn(session):
    item = session.place().item
    score(session, 3)
    stored = session.store.value("SELECT shown_order FROM presentations")
    assert stored == str(list(session.shown_order(item))).replace(" ", "")


@pytest.mark.parametrize("value", [0, 6, -1])
def test_a_score_is_1_to_5(session, value):
    with pytest.raises(UsageError, match=f"A score is 1 to 5, not {value}"):
        session.score(session.place(), value, given.NOW, 0)


def test_an_unknown_batch_is_refused(store, batch):
    with pytest.raises(UnknownNumber, match=r"There is no batch 9. The last is 1."):
        RatingSession.open(store, 9, "ada")


def test_a_write_that_failed_leaves_the_place_and_can_be_tried_again(store, session):
    event = session.score(session.place(), 3, given.NOW, 0)
    with Store(store.workspace) as other:
        with store.write(), pytest.raises(StoreBusy):
            session.commit(other, event, wait=0.05)
        assert where(session) == (1, 1, "fluency", {})
        session.commit(other, event)
        session.commit(other, event)
    assert (judgments.count(store), where(session)[2]) == (1, "coherence")


@pytest.fixture
def put_in(store, batch):
    """Puts one more answer of the first prompt into the batch, as a third item."""
    given.batch(store, [["a", "b", "more"]])
    (more,) = store.one("SELECT id FROM completions WHERE text = 'more'")
    return lambda: batches.append(store, batch.id, NewItem(1, (more,)))


def test_an_item_put_in_and_rated_in_another_terminal_meanwhile_is_followed(store, batch, session, put_in):
    put_in()
    second = RatingSession.open(store, batch.id, "ada")
    score(second, *[4] * 15)
    score(session, 5)
    assert where(session) is None
    assert (session.judged(), session.answers()) == (5, 5)


def test_an_item_put_in_at_the_end_is_found_by_the_next_look(session, put_in):
    score(session, *[3] * 12)
    put_in()
    session.look()
    assert where(session) == (3, 1, "fluency", {})


def test_two_terminals_of_one_rater_that_undo_the_same_event_go_on(store, batch, session):
    score(session, 2, 4)
    second = RatingSession.open(store, batch.id, "ada")
    undo(session)
    undo(second)  # it still showed the 4, which is gone already
    assert where(second) == where(session) == (1, 1, "coherence", {"fluency": 2})
    undo(second)
    assert where(second) == (1, 1, "fluency", {})
    assert differences(store) == 0
