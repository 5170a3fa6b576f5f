"""What items came to, counted and filtered in the store."""

from __future__ import annotations

from dataclasses import replace

import given
import pytest

from workbench.records import LogLikelihood
from workbench.store import outcomes, runs
from workbench.store.outcomes import Outcome, Tally
from workbench.store.runs import Answer

LOGPROBS = ((-1.0, -1.5), (-1.0, -1.2), (-3.0, -1.0))  # lead by 0.5, 0.2, 2.0 nats
TEXTS = ("100% sure?", "Snake_case \\ or not", "Über den Fluss")


@pytest.fixture
def run(store):
    """Three items: right, wrong with the text changed, and one without the metric."""
    task = runs.add_task(store, "a task", "1", {}, [{"q": text} for text in TEXTS])
    begun = runs.begin(store, given.model(store).id, "w", task, runs.CLEAN, {}, 3, None)
    items = runs.item_ids(store, task.id)
    for item, pair in zip(items, LOGPROBS, strict=True):
        runs.add_responses(store, begun.id, [(item, at, LogLikelihood(one, False)) for at, one in enumerate(pair)])
    scores = ({"acc": 1.0}, {"acc": 0.0}, {"f1": 1.0})
    answers = [
        Answer(item, text, (" yes", " no", " maybe", " never")[: 2 + 2 * (at == 2)], 0, at % 2, at == 1, scores[at])
        for at, (item, text) in enumerate(zip(items, TEXTS, strict=True))
    ]
    runs.finish(store, begun.id, answers, {})
    return begun.id


def test_an_outcome_without_the_metric_has_no_score(store, run):
    assert outcomes.outcomes(store, run) == [
        Outcome(1, 1.0, 0, False), Outcome(2, 0.0, 1, True), Outcome(3, None, 0, False),
    ]  # fmt: skip


def test_the_guess_is_the_mean_of_one_over_the_choices(store, run):
    assert outcomes.tally(store, run).guess == pytest.approx((1 / 2 + 1 / 2 + 1 / 4) / 3)


def test_sums_are_of_the_items_that_have_a_score_and_one_without_is_neither_right_nor_wrong(store, run):
    found = outcomes.tally(store, run)
    assert (found.n, found.scored, found.total, found.squares, found.binary) == (3, 2, 1, 1, False)


def test_where_there_is_one_continuation_only_nothing_can_be_guessed(store):
    task = runs.add_task(store, "last word", "1", {}, [{"q": "a"}])
    run = runs.begin(store, given.model(store).id, "w", task, runs.CLEAN, {}, 1, None)
    (item,) = runs.item_ids(store, task.id)
    runs.finish(store, run.id, [Answer(item, "a", (" b",), None, 0, False, {"acc": 1.0})], {})
    assert outcomes.tally(store, run.id) == Tally(1, 1, 1, 1, True, None)


def test_a_run_without_answers_has_no_guess(store, run):
    assert outcomes.tally(store, run + 1) == Tally(0, 0, 0, 0, True, None)


def test_items_are_wrong_only_where_each_is_right_or_wrong(store, run):
    assert outcomes.wrong(store, run) == []  # one has no score
    with store.write() as db:
        db.execute("DELETE FROM answers WHERE item_id = 3")
    assert outcomes.wrong(store, run) == [2]
    with store.write() as db:
        db.execute("UPDATE answers SET score = 0.5 WHERE item_id = 1")
    assert outcomes.wrong(store, run) == []


def test_the_closest_items_come_first_and_those_far_apart_not_at_all(store, run):
    assert outcomes.closest(store, run, 1.0) == [2, 1]


def test_flipped_items_reach_the_score_in_one_of_two_runs(store, run):
    kept = runs.by_id(store, run)
    task = runs.task(store, kept.task_id)
    other = runs.begin(store, kept.model_id, "v", task, runs.CLEAN, {}, 3, None)
    answers = [Answer(item, "", (), 0, 0, False, {"acc": 0.0}) for item in runs.item_ids(store, task.id)]
    runs.finish(store, other.id, answers, {})
    assert outcomes.flipped(store, run, other.id) == [1]


def test_a_run_that_was_finished_before_pairings_were_kept_is_paired_from_its_answers(store, run):
    kept = outcomes.pairing(store, run)
    with store.write() as db:
        db.execute("DELETE FROM pairings")
    read = outcomes.pairing(store, run)
    assert (kept.items, kept.scores) == (read.items, read.scores) == ("[1,2,3]", "[1.0,0.0,0]")
    assert (len(kept.prompts), read.prompts) == (64, None)


def test_prompts_that_differ_are_counted_however_they_were_kept(store, run):
    kept = runs.by_id(store, run)
    task = runs.task(store, kept.task_id)
    answers = [replace(one, scores={}) for one in runs.answers(store, run)]
    for version, context in (("same", TEXTS[0]), ("other", "100% certain?")):
        begun = runs.begin(store, kept.model_id, version, task, runs.CLEAN, {}, 3, None)
        runs.finish(store, begun.id, [replace(answers[0], context=context), *answers[1:]], {})
    assert [runs.differing_prompts(store, run, other) for other in (run + 1, run + 2)] == [0, 1]


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ((), [1, 2, 3]), (["SURE"], [1]), (["%"], [1]), (["_"], [2]), (["\\"], [2]), (["ü"], []), (["Ü"], [3]),
        (["maybe"], [3]), (["no", "case"], [2]), (["sure", "case"], []),
    ],
)  # fmt: skip
def test_all_words_must_stand_in_the_text_or_a_choice(store, run, words, held):
    assert outcomes.holding(store, run, words) == held


def test_a_page_of_item_ids_and_the_way_back_to_their_places(store, run):
    task_id = runs.by_id(store, run).task_id
    assert runs.item_ids(store, task_id, 1, 5) == [2, 3]
    assert runs.item_ids(store, task_id, 0, 1) == [1]
    assert runs.positions(store, [3, 1]) == {1: 0, 3: 2}


def test_answers_of_some_items_are_those_of_all(store, run):
    assert runs.answers(store, run, [3, 1]) == [one for one in runs.answers(store, run) if one.item_id != 2]
    assert runs.answers(store, run, []) == []
