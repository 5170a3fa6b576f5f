"""The words for what a training cost, from two runs of which every answer is known."""

from __future__ import annotations

import answered_runs
import pytest
from lm_eval.api.metrics import weighted_perplexity

from workbench.spec import JobSpec
from workbench.store import data, jobs, models, runs
from workbench.store.runs import Answer
from workbench.tasks.aggregate import aggregated
from workbench.views.forgetting import forgetting
from workbench.views.rounds import evidence

RIGHT, WRONG = 0, 1
MIX = "Mix older rows in and train again: workbench data mix talk --replay {}=0.1"


def measured(store, model, run=None, state="done"):
    """The number of a benchmark job that came to that end."""
    job = jobs.enqueue(store, JobSpec("bench", {"model": model}), "heavy", f"bench {model}")
    if run is not None or state != "done":
        jobs.claim(store, "heavy", 1, 1.0, "elsewhere")
        jobs.finish(store, job.id, state, result={"run": run.id} if run else None)
    return job.id


def learned(name, **old):
    """What the row of a model says that was trained on the set of that name."""
    return {"data": {"name": name, "fingerprint": f"f {name}"}, "old_task": {"task": "a task", "items": 12, **old}}


@pytest.fixture
def told(store):
    """What is said of a round whose parent was right on all twelve items."""

    def tell(answers, **how):
        data.add(store, "talk", "preferences", 2, "f1", "talk.jsonl", "here", {})
        before = measured(store, "small", answered_runs.run(store, [RIGHT] * 12))
        run = answered_runs.run(store, answers, model="new") if answers else None
        parent, old = models.by_name(store, "small"), {"before": before, "after": measured(store, "new", run, **how)}
        models.add(store, "new", "new", "trained", None, "w1", parent.id, None, learned("talk", **old))
        return forgetting(store, "new")

    return tell


def test_a_clear_loss_is_named_with_its_remedy(told, store):
    found = told([WRONG] * 8 + [RIGHT] * 4)
    assert (found.finding, found.paired.lost) == ("forgot", 8)  # exact McNemar: p = 2/2**8
    assert found.remedy == MIX.format("preferences")  # nobody knows what a model from outside has learned
    assert "a task: it forgot, -0.667" in found.verdict  # 8 of 12
    (bench,) = [one for one in evidence(store, models.by_name(store, "new")) if one.kind == "bench"]
    assert bench.figure.verdict.endswith(found.remedy)


def test_a_small_loss_is_not_called_one(told):
    found = told([WRONG] * 2 + [RIGHT] * 10)  # p = .5
    assert (found.finding, found.remedy) == ("nothing seen", "")
    assert "No difference can be seen with n 12" in found.verdict


def test_until_both_are_measured_that_is_said(told):
    found = told([])
    assert (found.finding, found.verdict) == ("not measured", "a task is not measured of new: job 2 is queued.")


def test_a_measurement_that_failed_says_how_to_go_on(told):
    words = "a task is not measured of new: job 2 is failed; go on with: workbench jobs resume 2."
    assert told([], state="failed").verdict == words


def test_the_rows_of_the_parents_own_training_are_the_remedy(told, store):
    told([WRONG] * 8 + [RIGHT] * 4)
    data.add(store, "older", "preferences", 2, "f0", "older.jsonl", "here", {})
    models.add(store, "small", "small", "trained", None, "w0", None, None, learned("older"))
    assert forgetting(store, "new").remedy == MIX.format("older")


def test_a_model_from_outside_has_no_cost(told, store):
    told([])
    assert forgetting(store, "small") is None


def test_a_perplexity_that_falls_is_no_forgetting(store):
    told = [_perplexity(store, model, nats) for model, nats in (("small", 2.0), ("new", 1.0))]
    before, after = (measured(store, run.model_id, run) for run in told)
    data.add(store, "talk", "text", 2, "f1", "talk.jsonl", "here", {})
    parent = models.by_name(store, "small")
    models.add(store, "new", "new", "trained", None, "w1", parent.id, None, learned("talk", before=before, after=after))
    found = forgetting(store, "new")
    # Per word: e^2 = 7.389 -> e^1 = 2.718, a little more or less in each document.
    assert (found.finding, found.remedy) == ("better", "")
    assert found.difference.estimate == pytest.approx(2.718 - 7.389, abs=0.01)


def _perplexity(store, model, nats):
    """A finished run over twelve documents of ten words, each with about so many nats a word."""
    begun = answered_runs.unfinished(store, 12, model=model, task="texts")
    parts = [(-10 * nats * (1 + at % 2 / 1000), 10) for at in range(12)]
    rows = [
        Answer(item, "", (), None, None, False, {}, parts={"word_perplexity": part})
        for item, part in zip(runs.item_ids(store, begun.task_id), parts, strict=True)
    ]
    told = aggregated([row.parts for row in rows], {"word_perplexity": weighted_perplexity}, {"word_perplexity": False})
    runs.finish(store, begun.id, rows, told)
    return runs.by_id(store, begun.id)
