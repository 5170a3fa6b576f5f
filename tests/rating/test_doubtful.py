"""Doubtful benchmark items before a human: rated like any answer, and kept out of every mean."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import given
import pytest

from workbench import jobs as kinds
from workbench.errors import UsageError
from workbench.rating import doubtful
from workbench.records import LogLikelihood, Message
from workbench.store import batches, completions, jobs, models, open_store, prompts, rated, runs, scores, summaries
from workbench.store.runs import Answer
from workbench.worker.context import WarmModel, WorkerContext


@pytest.fixture
def run(store):
    """Two items of a run: one answered with its second choice, one without an answer."""
    task = runs.add_task(store, "a task", "1", {}, [{"q": "Is it?"}, {"q": "Was it?"}])
    begun = runs.begin(store, given.model(store).id, "w", task, runs.CLEAN, {}, 2, None)
    first, second = runs.item_ids(store, task.id)
    runs.add_responses(store, begun.id, [(first, at, LogLikelihood(-1.0 - at, False)) for at in range(2)])
    found = [
        Answer(first, "Is it?", (" yes", " no"), 0, 1, False, {"acc": 0.0}),
        Answer(second, "Was it?", (" yes", " no"), 0, None, False, {}),
    ]
    runs.finish(store, begun.id, found, {})
    return begun


@pytest.fixture
def judged(store, run):
    """The first item, rated by ada."""
    batch_id, _ = doubtful.enqueue(store, run.id, 1)
    (item,) = batches.items(store, batch_id)
    given.rated(store, batches.by_id(store, batch_id), {item.completions[0]: (1, 2, 1)})
    return batch_id


def test_the_answer_is_put_with_its_prompt_and_choices_once(store, run):
    batch_id, new = doubtful.enqueue(store, run.id, 1)
    assert (new, doubtful.enqueue(store, run.id, 1)) == (True, (batch_id, False))
    (item,) = batches.items(store, batch_id)
    (prompt,) = prompts.by_ids(store, [item.prompt_id]).values()
    assert (prompt.text, prompt.evaluation_only) == ("Is it?\n\n- yes\n- no", True)


def test_a_prompt_that_was_asked_before_is_for_evaluation_only_from_now_on(store, run):
    (free,) = prompts.add(store, [(Message("user", "Is it?\n\n- yes\n- no"),)])
    doubtful.enqueue(store, run.id, 1)
    assert prompts.by_ids(store, [free.id])[free.id].evaluation_only


def test_people_who_pick_their_first_at_once_get_one_batch(store):
    rubric, ready = given.rubric_id(store), Barrier(8)

    def pick(_):
        with open_store(store.workspace) as own:
            ready.wait()
            return batches.hand_picked(own, "picked", rubric).id

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(pick, range(8))) == {1}


def test_an_item_without_an_answer_is_refused(store, run):
    with pytest.raises(UsageError, match="gave no answer to this item"):
        doubtful.enqueue(store, run.id, 2)


def test_what_was_picked_as_doubtful_is_in_no_mean_of_the_model(store, judged):
    (model,) = models.all_models(store)
    assert summaries.count(store, "ada").scores == {}
    assert rated.of_model(store, model.id) == []
    assert scores.all_of(store, "general") == []


def test_a_batch_of_the_models_answers_has_none_that_were_picked(store, judged):
    assert completions.by_models(store, [1]) == []


def test_a_batch_made_of_them_is_in_no_mean_either(store, judged):
    spec = kinds.parse("make-batch", {"batch": judged, "mode": "ratings"})
    jobs.enqueue(store, spec, "light", "batch")
    made = kinds.execute(WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel()), spec)["batch"]
    given.rated(store, batches.by_id(store, made), {1: (5, 5, 5)}, "bob")
    assert summaries.count(store, "bob").scores == {}
    assert doubtful.enqueue(store, 1, 1) == (judged, False)


def test_its_scores_are_there_for_whoever_asks_for_that_batch(store, judged):
    assert [one.value for one in scores.all_of(store, "general", judged)] == [1, 2, 1]
    assert summaries.count(store, "ada").judged == {judged: 1}
