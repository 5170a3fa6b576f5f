"""What statistics ask the store for: scores, effort and gold, each row with the event behind it."""

from __future__ import annotations

import given
import pytest

from workbench.records import BatchSettings, NewItem
from workbench.store import gold, judgments, ratings, scores
from workbench.store.gold import GoldJudgment
from workbench.store.scores import Effort, Score


@pytest.fixture
def batch(store):
    judgments.add_rater(store, "ada")
    return given.batch(store, [["short", "a longer answer"]])


def test_a_score_comes_with_where_it_stood_and_how_long_the_answer_is(store, batch):
    event = given.say(store, batch, completion_id=2, value=4, position=1, milliseconds=2500)
    assert scores.all_of(store, "general") == [
        Score(event.id, batch.id, 1, 1, "human", 1, 2, 1, "fluency", 4, 1, 2500, len("a longer answer"))
    ]


def test_a_score_that_was_taken_back_is_not_among_them(store, batch):
    event = given.say(store, batch)
    given.say(store, batch, kind="undo", undoes=event.uuid, value=None)
    assert scores.all_of(store, "general") == []


def test_only_the_rubric_and_batch_that_are_asked_for(store, batch):
    given.say(store, batch)
    assert len(scores.all_of(store, "general", batch.id)) == 1
    assert scores.all_of(store, "general", batch.id + 1) == scores.all_of(store, "summary") == []


def test_effort_counts_each_text_once_with_the_time_to_its_last_key(store, batch):
    for milliseconds in (4000, 5000, 6000):
        given.say(store, batch, milliseconds=milliseconds)
    given.say(store, batch, milliseconds=3000, shown_at="2026-01-01T00:01:00.000Z")  # another text
    given.say(store, batch, kind="too_fast", milliseconds=90, shown_at="2026-01-01T00:02:00.000Z")
    assert scores.efforts(store) == [Effort(1, "human", batch.id, digits=4, too_fast=1, milliseconds=9090)]


def test_gold_is_judged_beside_what_is_known_and_counts_nowhere_else(store):
    given.batch(store, [["known"]])  # completion 1
    known = gold.prompts(store, given.rubric_id(store))
    assert known == []
    gold.add(store, given.rubric_id(store), [(1, {"fluency": 5, "coherence": 1})], "a person")
    items = [NewItem(*one) for one in gold.prompts(store, given.rubric_id(store))]
    settings = BatchSettings(gold=0.5)
    batch = given.batch(store, [["x"], ["y"]], given.model(store, "other"), judged=settings, gold=items)
    given.rated(store, batch, {1: (4, 1, 3), 2: (2, 2, 2), 3: (2, 2, 2)})
    found = gold.judged(store, "general")
    assert [(one.criterion, one.value, one.known) for one in found] == [("fluency", 4, 5), ("coherence", 1, 1)]
    assert isinstance(found[0], GoldJudgment)
    assert {one.completion_id for one in ratings.rated(store, "general")} == {2, 3}
    assert {one.completion_id for one in scores.all_of(store, "general")} == {2, 3}


def test_the_newest_known_score_counts_and_the_same_is_not_kept_twice(store, batch):
    rubric = given.rubric_id(store)
    assert gold.add(store, rubric, [(1, {"fluency": 2})], "first") == 1
    assert gold.add(store, rubric, [(1, {"fluency": 2})], "first") == 0
    assert gold.add(store, rubric, [(1, {"fluency": 4})], "second look") == 1
    assert gold.of_rubric(store, rubric) == {1: {"fluency": 4}}
