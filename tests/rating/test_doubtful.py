"""Doubtful benchmark items before a human: rated like any answer, and kept out of every mean."""

from __future__ import annotations

import given
import pytest

from workbench.errors import UsageError
from workbench.rating import doubtful
from workbench.records import LogLikelihood
from workbench.store import batches, models, prompts, rated, runs, scores, summaries
from workbench.store.runs import Answer


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


def test_an_item_without_an_answer_is_refused(store, run):
    with pytest.raises(UsageError, match="gave no answer to this item"):
        doubtful.enqueue(store, run.id, 2)


def test_what_was_picked_as_doubtful_is_in_no_mean_of_the_model(store, judged):
    (model,) = models.all_models(store)
    assert summaries.count(store, "ada").scores == {}
    assert rated.of_model(store, model.id) == []
    assert scores.all_of(store, "general") == []


def test_its_scores_are_there_for_whoever_asks_for_that_batch(store, judged):
    assert [one.value for one in scores.all_of(store, "general", judged)] == [1, 2, 1]
    assert summaries.count(store, "ada").judged == {judged: 1}
