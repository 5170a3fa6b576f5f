"""Rows that an import held out: a training leaves them alone, and says what it came to on them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import running

from workbench.store import Store, models, open_store
from workbench.views import unseen
from workbench.views.job_detail import job_detail
from workbench.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """32 pairs, 32 instructions and 32 labelled answers, of which about half are for evaluation only."""
    folder = tmp_path_factory.mktemp("unseen")
    with open_store(Workspace(folder / "workspace")) as store:
        running.done(store, "pull", name="tiny")
        files = {
            "pairs": running.pairs(folder, 32), "rows": running.instructions(folder, 32),
            "labels": running.labels(folder, 32),
        }  # fmt: skip
        for name, path in files.items():
            running.done(store, "import-data", path=str(path), name=name, eval_share=0.5)
        yield store
        running.end_workers(store)


def test_pairs_tell_how_often_the_chosen_answer_is_the_likelier_one(workspace):
    job = running.done(workspace, "train-dpo", model="tiny", data="pairs", num_train_epochs=2, learning_rate=1e-2)
    found = job.result["unseen"]
    assert found["rows"] == found["of"] == 32 - job.result["preflight"]["rows"]
    whole, per_token, reward = unseen.unseen(job.result)
    assert whole.after.n == per_token.change.n == reward.after.n == found["rows"]
    assert reward.after.estimate == 1.0  # the pairs differ in their numbers only
    assert models.by_name(workspace, job.result["model"]).details["unseen"] == found
    assert job_detail(workspace, job.id).said == tuple(unseen.lines(job.result))


def test_a_limit_counts_the_rows_that_are_trained_on(workspace):
    job = running.done(workspace, "train-dpo", model="tiny", data="pairs", num_train_epochs=1, limit=4)
    assert (job.result["preflight"]["rows"], job.result["unseen"]["rows"]) == (4, job.result["unseen"]["of"])


def test_instructions_tell_their_loss(workspace):
    job = running.done(workspace, "train-sft", model="tiny", data="rows", num_train_epochs=2, learning_rate=1e-2)
    (loss,) = unseen.unseen(job.result)
    assert (loss.change.high < 0, loss.verdict) == (True, "Better.")
    assert loss.after.estimate < loss.before.estimate


def test_labelled_answers_tell_what_good_ones_gained_over_bad_ones(workspace):
    job = running.done(workspace, "train-kto", model="tiny", data="labels", num_train_epochs=4, learning_rate=1e-2)
    found = job.result["unseen"]["rewards"]
    assert found["good"] + found["bad"] == job.result["unseen"]["rows"] == 32 - job.result["preflight"]["rows"]
    area, margin, _ = unseen.unseen(job.result)
    assert area.after.estimate > 0.9  # every bad answer is the same
    assert margin.after.low > 0
    assert models.by_name(workspace, job.result["model"]).details["unseen"]["rewards"] == found


def test_without_such_rows_nothing_is_said(workspace, tmp_path):
    job = running.done(workspace, "train-sft", model="tiny", data=str(running.instructions(tmp_path, 4)))
    assert (job.result["unseen"], unseen.lines(job.result)) == ({}, [])
