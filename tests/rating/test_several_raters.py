"""Several raters on one batch: no item goes to more people than want it, everything gets done, nothing is refused."""

from __future__ import annotations

import random

import given
import pytest

from workbench.rating.session import RatingSession
from workbench.records import BatchSettings
from workbench.store import Store, batches, judgments, open_store, progress, ratings

APART = BatchSettings(overlap=0.0, overlap_raters=2)


def opened(store, batch, *names):
    return [RatingSession.open(store, batch.id, name) for name in names]


def item(session):
    place = session.place()
    return place and place.item.id


def judge(session, store=None):
    """Score the item in work to its end."""
    now = item(session)
    while item(session) == now:
        session.commit(store or session.store, session.score(session.place(), 3, given.NOW, 1000))


def lapse(store):
    store.connection.execute("UPDATE leases SET expires_at = '2020-01-01T00:00:00.000Z'")


@pytest.fixture
def batch(store):
    return given.batch(store, [["a", "b"], ["c", "d"], ["e", "f"]], judged=APART)


def test_each_is_given_an_item_of_their_own(store, batch):
    assert [item(one) for one in opened(store, batch, "ada", "bob", "cy", "dee")] == [1, 2, 3, None]


def test_who_comes_back_is_given_the_same_item(store, batch):
    opened(store, batch, "ada", "bob")
    assert [item(one) for one in opened(store, batch, "bob", "ada")] == [2, 1]


def test_what_others_have_judged_is_not_asked_again(store, batch):
    ada, bob = opened(store, batch, "ada", "bob")
    judge(ada)  # 1, then 3
    judge(bob)  # 2
    assert (item(ada), item(bob)) == (3, None)
    assert (bob.judged(), bob.answers(), bob.waiting()) == (2, 4, 1)  # item 3 may still come
    judge(ada)
    bob.look()
    assert (bob.answers(), bob.waiting()) == (2, 0)


def test_a_repeat_that_another_has_judged_is_still_theirs(store):
    settings = BatchSettings(overlap=0.0, overlap_raters=2, repeats=0.5)
    batch = given.batch(store, [["a"], ["b"], ["c"], ["d"]], judged=settings)  # two of them come back
    ada, bob = opened(store, batch, "ada", "bob")
    while item(ada):
        judge(ada)
        bob.look()
    while item(bob):
        judge(bob)
    assert (bob.judged(), bob.waiting()) == (bob.answers(), 0)


def test_the_repeat_of_the_item_judged_last_comes_at_once(store):
    batch = given.batch(store, [["a"], ["b"]], judged=BatchSettings(overlap=0.0, overlap_raters=2, repeats=0.5))
    again = next(one.repeat_of for one in batches.items(store, batch.id) if one.repeat_of)
    sessions = opened(store, batch, "ada", "bob")
    theirs = next(one for one in sessions if item(one) == again)
    judge(theirs)
    assert item(theirs) == 3


def test_an_item_that_was_let_go_is_given_to_another(store, batch):
    ada, *_, dee = opened(store, batch, "ada", "bob", "cy", "dee")
    ada.leave(store)
    dee.look()
    assert item(dee) == 1


def test_an_item_whose_rater_went_away_is_given_to_another(store, batch):
    opened(store, batch, "ada", "bob", "cy")
    lapse(store)
    (dee,) = opened(store, batch, "dee")
    assert item(dee) == 1


def test_a_judgment_is_not_refused_because_the_lease_lapsed(store, batch):
    (ada,) = opened(store, batch, "ada")
    lapse(store)
    (bob,) = opened(store, batch, "bob")
    assert item(bob) == 1
    judge(bob)
    judge(ada)
    assert progress.finished_by(store, batch)[1] == {ada.rater.id, bob.rater.id}


def test_a_key_renews_the_lease(store, batch):
    (ada,) = opened(store, batch, "ada")
    lapse(store)
    ada.commit(store, ada.score(ada.place(), 3, given.NOW, 1000))
    (bob,) = opened(store, batch, "bob")
    assert item(bob) == 2


def test_a_sign_of_life_renews_the_lease(store, batch):
    (ada,) = opened(store, batch, "ada")
    lapse(store)
    ada.renew(store)
    (bob,) = opened(store, batch, "bob")
    assert item(bob) == 2


def test_an_item_taken_back_stays_with_its_rater(store, batch):
    ada, bob = opened(store, batch, "ada", "bob")
    judge(ada)
    ada.commit(store, ada.undo(given.NOW, 1000))
    ada.leave(store)
    lapse(store)
    (ada,) = opened(store, batch, "ada")
    bob.look()
    assert (item(ada), item(bob)) == (1, 2)


def test_shared_items_go_to_as_many_as_want_them(store):
    batch = given.batch(store, [["a", "b"]], judged=BatchSettings(overlap=1.0, overlap_raters=2))
    ada, bob, cy = opened(store, batch, "ada", "bob", "cy")
    assert [item(one) for one in (ada, bob, cy)] == [1, 1, None]
    judge(ada)
    judge(bob)
    (cy,) = opened(store, batch, "cy")
    assert (item(cy), cy.answers()) == (None, 0)


def test_a_model_takes_no_item_away(store, batch):
    judgments.add_rater(store, "judge", "model")
    given.judged(store, batch, {1: (3, 3, 3), 2: (3, 3, 3)}, "judge")
    (ada,) = opened(store, batch, "ada")
    assert (item(ada), ada.answers()) == (1, 6)


def test_a_failed_write_leases_nothing(store, batch):
    (ada,) = opened(store, batch, "ada")
    with open_store(store.workspace) as other:
        other.connection.execute("PRAGMA query_only=ON")
        with pytest.raises(Exception, match="read-only"):
            ada.commit(other, ada.score(ada.place(), 3, given.NOW, 1000))
    assert item(ada) == 1
    (bob,) = opened(store, batch, "bob")
    assert item(bob) == 2


@pytest.mark.parametrize("seed", range(8))
def test_raters_at_random_share_the_items_and_finish_them(workspace, seed):
    """Each through a connection of their own; they score, skip, undo, leave and come back in any order."""
    chance = random.Random(seed)
    with open_store(workspace) as store:
        texts = [["a", "b"] if chance.random() < 0.7 else ["a"] for _ in range(18)]
        batch = given.batch(store, texts, judged=BatchSettings(overlap=0.3, overlap_raters=3, repeats=0.1))
        wanted = {one.id: one.raters_wanted for one in batches.items(store, batch.id)}
        stores = {name: Store(workspace) for name in ("ada", "bob", "cy", "dee")}
        sessions = {name: RatingSession.open(stores[name], batch.id, name) for name in stores}
        seen: dict[int, set[str]] = {}
        while any(session.judged() < session.answers() for session in sessions.values()):
            name = chance.choice(list(stores))
            if chance.random() < 0.05:
                sessions[name] = RatingSession.open(stores[name], batch.id, name)
            _step(sessions[name], chance)
            if sessions[name].place():
                seen.setdefault(item(sessions[name]), set()).add(name)
        over = {one: names for one, names in seen.items() if wanted[one] and len(names) > wanted[one]}
        finished = progress.finished_by(store, batch)
        assert over == {}
        assert {one: len(finished[one]) for one, count in wanted.items() if count} == {
            one: count for one, count in wanted.items() if count
        }
        assert ratings.differences(store) == 0
        for one in stores.values():
            one.close()


def _step(session, chance):
    """One key of a rater."""
    place = session.place()
    draw = chance.random()
    if place is None:
        session.look()
    elif draw < 0.1:
        session.commit(session.store, session.skip(place, given.NOW, 900))
    elif draw < 0.2 and (event := session.undo(given.NOW, 900)):
        session.commit(session.store, event)
    else:
        session.commit(session.store, session.score(place, chance.randint(1, 5), given.NOW, 900))
