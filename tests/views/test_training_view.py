"""Lights and predictions of a training, from what it logged."""

from __future__ import annotations

import pytest

from workbench import jobs as kinds
from workbench.spec import JobSpec
from workbench.store import jobs
from workbench.views.job_detail import job_detail
from workbench.views.training import lights, prediction, predictions


def series(steps, **values):
    return {name: [(step, value) for step in range(1, steps + 1)] for name, value in values.items()}


def test_too_few_steps_are_not_judged():
    assert lights("train-sft", series(7, loss=1.0, grad_norm=0.0, learning_rate=1e-4)) == []
    assert [one.finding is None for one in lights("train-sft", series(8, loss=1.0, grad_norm=1.0))] == [True, True]


def test_a_loss_that_was_no_number_is_told_at_once():
    # it is stored as nothing: a step with a learning rate and no loss
    shown = {"learning_rate": [(1, 1e-4), (2, 1e-4)], "loss": [(1, 2.0)], "grad_norm": [(1, 1.0)]}
    (light,) = lights("train-sft", shown)
    assert "NaN" in light.finding


def test_other_jobs_have_no_lights_and_no_prediction():
    assert lights("generate", series(9, loss=1.0)) == []
    assert prediction(1, "generate", {}, {}) is None


def test_a_job_that_reads_a_file_of_rows_is_shown(store):
    job = jobs.enqueue(store, JobSpec("generate", {"model": "tiny", "data": "rows"}), "heavy", "generate")
    jobs.keep_plan(store, job.id, {"data": "rows.jsonl"})
    assert job_detail(store, job.id).lights == ()


@pytest.mark.parametrize(("loss", "expected"), [("hinge", 1.0), ("sigmoid, sft", None)])
def test_a_first_loss_that_is_off_is_told_while_the_run_goes_on(store, loss, expected):
    spec = kinds.parse("train-dpo", {"model": "tiny", "data": "pairs", "loss_type": loss})
    job = jobs.enqueue(store, spec, "heavy", "train-dpo")
    for step in range(1, 9):
        jobs.add_metrics(store, job.id, step, {"loss": 0.8 - step / 100, "grad_norm": 1.0, "learning_rate": 1e-5})
    first = job_detail(store, job.id).lights[0].finding
    assert (first is None) == (expected is None)
    assert first is None or "first loss is 0.7900 where 1.0000" in first


def test_predictions_stand_beside_what_past_runs_took(store):
    spec = JobSpec("train-sft", {"model": "tiny", "data": "rows"})
    job = jobs.enqueue(store, spec, "heavy", "train-sft tiny · rows")
    jobs.claim(store, "heavy", 1, 1.0, "elsewhere")
    jobs.add_metrics(store, job.id, 0, {"estimate/seconds": 20.0, "estimate/memory": 1.5})
    assert [(one.seconds, one.took, one.peak) for one in predictions(store)] == [(20.0, None, None)]
    result = {"train_seconds": 22.0, "save_seconds": 1.5, "peak_memory": 1_600_000_000}
    jobs.finish(store, job.id, "done", result=result)
    (found,) = predictions(store)
    assert (found.took, found.memory, found.peak) == (23.5, 1.5, pytest.approx(1.6))


def test_a_run_that_was_ended_early_is_compared_over_the_steps_it_made():
    shown = {"estimate/seconds": [(0, 20.0)], "estimate/memory": [(0, 1.5)]}
    assert prediction(1, "train-sft", shown, {"steps": 2, "estimate": {"steps": 8}}).seconds == 5.0


def test_one_that_made_all_its_steps_is_compared_as_a_whole():
    # how many rows are held out is known only by then: it foretold a step more
    shown = {"estimate/seconds": [(0, 20.0)], "estimate/memory": [(0, 1.5)]}
    result = {"steps": 7, "estimate": {"steps": 8}, "looks": {"stopped_early": False}}
    assert prediction(1, "train-sft", shown, result).seconds == 20.0


def test_ending_well_is_no_cancellation_and_a_cancel_still_counts_from_one(store):
    job = jobs.enqueue(store, JobSpec("train-sft", {}), "heavy", "train-sft")
    assert not jobs.request_end(store, job.id)  # it is not at work
    jobs.claim(store, "heavy", 1, 1.0, "elsewhere")
    assert jobs.request_end(store, job.id)
    assert (jobs.end_requested(store, job.id), jobs.cancel_requested(store, job.id)) == (True, False)
    jobs.request_cancel(store, job.id)
    assert jobs.by_id(store, job.id).cancel_requested == 1
    assert not jobs.request_end(store, job.id)  # too late
