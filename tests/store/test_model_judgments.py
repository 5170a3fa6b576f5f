"""The judgments of a model are counted as they stand: a reply that was read later is unreadable no more."""

from __future__ import annotations

import json

import given

from workbench.records import BatchSettings
from workbench.store import judgments, model_judgments
from workbench.store.model_judgments import Tally


def test_a_skip_counts_until_the_same_criterion_is_scored(store):
    batch = given.batch(store, [["a", "b"]])
    judge = judgments.add_rater(store, "m (judge, replies)", "model").id
    given.say(store, batch, rater_id=judge, kind="skip", value=None)
    given.say(store, batch, rater_id=judge, kind="skip", value=None, criterion="coherence")
    assert model_judgments.tallies(store, "general") == [Tally(judge, 0, 0, 2, 0, 0, 0, unread=(1, 2))]
    given.say(store, batch, rater_id=judge)
    assert model_judgments.tallies(store, "general") == [Tally(judge, 1, 0, 1, 0, 0, 0, unread=(2,))]


def test_ties_of_the_order_are_counted_by_the_place_they_favour(store):
    batch = given.batch(store, [["a", "b"], ["c", "d"], ["e", "f"]], judged=BatchSettings("pairs"))
    judge = judgments.add_rater(store, "m (judge, logprobs)", "model").id
    for item, favours in enumerate(("first", "second", None), 1):
        text = json.dumps({"order_dependent": favours is not None, "favours": favours})
        given.say(
            store, batch, rater_id=judge, item_id=item, completion_id=2 * item - 1, other_id=2 * item, text=text,
            kind="comparison", criterion=None, value=None, outcome="tie",
        )  # fmt: skip
    assert model_judgments.tallies(store, "general", batch.id) == [Tally(judge, 0, 3, 0, 2, 1, 1, turned=(1, 2))]


def test_people_and_other_rubrics_are_not_counted(store):
    batch = given.batch(store, [["a", "b"]])
    judgments.add_rater(store, "ada")
    given.say(store, batch)
    judge = judgments.add_rater(store, "m", "model").id
    given.say(store, batch, rater_id=judge)
    assert [one.rater_id for one in model_judgments.tallies(store, "general")] == [judge]
    assert model_judgments.tallies(store, "overall") == []


def test_only_stored_events_are_known(store):
    batch = given.batch(store, [["a", "b"]])
    judgments.add_rater(store, "ada")
    stored = given.say(store, batch).uuid
    assert model_judgments.known(store, [stored, "another"]) == {stored}
