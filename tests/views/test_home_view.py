"""The next step walks round the loop: fetch, ask, rate, export, train, ask again."""

from __future__ import annotations

import evaluated
import given
import pytest

from workbench.records import BatchSettings
from workbench.spec import JobSpec
from workbench.store import data, exports, jobs, models, summaries
from workbench.views.home import home
from workbench.views.status import status


def step(store, rater="ada"):
    found = home(store, rater).next_step
    return found.action, found.values


def export(store, rows=3):
    """As the job leaves it: a data set, and the export that made it."""
    made = data.add(store, "preferences-1", "preferences", rows, "ab", "pairs.jsonl", "export", {})
    counts = {"kept": rows}
    return exports.add(store, "preferences", "p", rows, "ab", {}, counts, summaries.last_scored(store), made.id, None)


def test_the_loop_from_an_empty_workspace_to_the_next_round(store):
    assert step(store) == ("pull", {"name": "smollm2"})

    first = given.model(store, "smollm2")
    assert step(store) == ("generate", {"model": "smollm2"})

    batch = given.batch(store, [["a", "b"], ["c", "d"]], of=first)
    assert step(store) == ("rate", {"batch": batch.id})

    given.rated(store, batch, {1: (5, 5, 5), 2: (1, 1, 1), 3: (4, 4, 4), 4: (4, 4, 4)})
    assert step(store)[0] == "export-preferences"

    export_id = export(store)
    assert step(store) == ("train-dpo", {"model": "smollm2", "data": "preferences-1"})

    models.add(store, "smollm2-dpo-1", "-", "trained", None, "w", first.id, None, {"export": export_id, "pairs": 3})
    where = {"task": "multiple_choice"}
    assert step(store) == ("measure", {"jobs": [
        (kind, {"model": name, **({} if kind == "bias" else where)})
        for name in ("smollm2", "smollm2-dpo-1") for kind in ("bench", "stress", "bias")
    ]})  # fmt: skip


def test_labelled_answers_lead_to_kto(store):
    given.rated(store, given.batch(store, [["a", "b"]], of=given.model(store, "small")), {1: (5, 5, 5), 2: (1, 1, 1)})
    made = data.add(store, "kto-1", "unpaired", 2, "ab", "kto.jsonl", "export", {})
    exports.add(store, "kto", "p", 2, "ab", {}, {"kept": 2}, summaries.last_scored(store), made.id, None)
    assert step(store) == ("train-kto", {"model": "small", "data": "kto-1"})


def test_a_round_that_was_measured_is_asked_next(store):
    first = given.model(store, "smollm2")
    given.rated(store, given.batch(store, [["a", "b"]], of=first), {1: (5, 5, 5), 2: (1, 1, 1)})
    made = {"export": export(store), "pairs": 3}
    second = models.add(store, "smollm2-dpo-1", "-", "trained", None, "w", first.id, None, made)
    evaluated.everything(store, first, second)
    assert step(store) == ("generate", {"model": "smollm2-dpo-1"})


def test_a_job_under_way_is_watched_where_a_person_can_do_nothing(store):
    job = jobs.enqueue(store, JobSpec("pull", {"name": "tiny"}), "light", "pull tiny")
    assert step(store) == ("jobs", {"job": job.id})


def test_answers_to_rate_come_before_a_job_under_way(store):
    batch = given.batch(store, [["a", "b"]])
    job = jobs.enqueue(store, JobSpec("pull", {"name": "tiny"}), "light", "pull tiny")
    found = home(store, "ada").next_step
    assert (found.action, found.values, found.label) == ("rate", {"batch": batch.id}, "rate 2 answers")
    assert found.why == f"Batch {batch.id} is open, and job {job.id} goes on meanwhile."


def test_another_rater_still_has_the_batch_to_rate(store):
    batch = given.batch(store, [["a", "b"]])
    given.rated(store, batch, {1: (5, 5, 5), 2: (1, 1, 1)})
    assert (step(store, "ada")[0], step(store, "bob")) == ("export-preferences", ("rate", {"batch": batch.id}))


def test_answers_that_were_all_skipped_are_nothing_to_export(store):
    given.rated(store, given.batch(store, [["a", "b"]]), {})
    assert step(store)[0] == "generate"


def test_a_new_rating_after_the_export_is_exported_again(store):
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (5, 5, 5), 2: (1, 1, 1)})
    export(store)
    assert step(store)[0] == "train-dpo"
    more = given.batch(store, [["e", "f"]], of=given.model(store, "second"))
    given.rated(store, more, {3: (5, 5, 5), 4: (1, 1, 1)})
    assert step(store)[0] == "export-preferences"


def test_the_mean_of_a_model_counts_each_prompt_once(store):
    batch = given.batch(store, [["a", "b"], ["c"], ["d"]])
    given.rated(store, batch, {1: (5, 5, 5), 2: (3, 3, 3), 3: (2, 2, 2), 4: (3, 3, 3)})
    (row,) = home(store, "ada").rows
    # prompt means 4, 2, 3: their mean is 3, though the answers' mean is 3.25; variance 1, t(2) * sqrt(1/3) = 2.47
    assert (row.rating.estimate, row.rating.n, row.answers, row.rated) == (3.0, 3, 4, 4)
    assert row.rating.low == pytest.approx(3 - 4.271 * (1 / 3) ** 0.5, abs=1e-3)


def test_a_model_without_ratings_has_no_mean(store):
    given.batch(store, [["a"]])
    (row,) = home(store, "ada").rows
    assert (row.rating, row.rated, row.answers) == (None, 0, 1)


def test_status_counts_what_home_shows(store):
    batch = given.batch(store, [["a", "b"], ["c", "c"]])
    found = status(store, "ada")
    assert (found.models, found.answers, found.judgments, found.answers_to_rate) == (1, 4, 0, 3)  # "c" is judged once
    given.rated(store, batch, {1: (1, 1, 1)})
    found = status(store, "ada")
    assert (found.judgments, found.answers_to_rate) == (5, 0)  # three scores, two skips


def test_a_batch_names_its_models_only_once_it_is_rated(store):
    from workbench.views.batches import batch_rows

    batch = given.batch(store, [["a", "b"]])
    assert batch_rows(store, "ada")[0].models == ()
    given.rated(store, batch, {})
    assert batch_rows(store, "ada")[0].models == ("small",)


def test_ratings_that_leave_no_pair_lead_to_more_answers(store):
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (3, 3, 3), 2: (3, 3, 3)})
    assert step(store)[0] == "export-preferences"
    jobs.enqueue(store, JobSpec("export-preferences", {}), "light", "export")
    job = jobs.claim(store, "light", 1, 0.0, "host")
    jobs.finish(store, job.id, "failed", error="No pair is left.")
    assert step(store)[0] == "generate"


def test_an_open_batch_of_pairs_is_to_be_compared(store):
    given.batch(store, [["a", "b"]], judged=BatchSettings(mode="pairs"))
    found = home(store, "ada").next_step
    assert (found.action, found.label) == ("versus", "compare 1 pair")


def test_ratings_that_were_handed_on_as_they_are_still_wait_for_their_pairs(store):
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (5, 5, 5), 2: (1, 1, 1)})
    exports.add(store, "ratings", "p", 2, "ab", {}, {"kept": 2}, summaries.last_scored(store), None, None)
    assert step(store)[0] == "export-preferences"


def test_a_job_that_waits_for_a_failed_one_leads_to_that(store):
    first = jobs.enqueue(store, JobSpec("train-sft", {}), "heavy", "first stage")
    jobs.enqueue(store, JobSpec("train-dpo", {}), "heavy", "second stage", after=first.id)
    jobs.claim(store, "heavy", 1, 0.0, "here")
    jobs.finish(store, first.id, "failed", error="disk full")
    step = home(store, "ada").next_step
    assert (step.label, step.values) == (f"resume job {first.id}", {"job": first.id})
    assert step.why == "second stage waits for it, and it is failed."
