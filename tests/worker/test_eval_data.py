"""A set of its own to look at while training: what it shares with the rows that are learned is left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import running

from workbench.store import Store, models, open_store
from workbench.views.job_detail import job_detail
from workbench.views.preflight import preflight
from workbench.views.training import looked_at
from workbench.workspace import Workspace

FAST = {"model": "tiny", "num_train_epochs": 2, "learning_rate": 1e-2, "eval_steps": 2}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """`split`: 32 instructions, about half for evaluation only; `twelve`, of which the first 8 are `eight`."""
    folder = tmp_path_factory.mktemp("eval_data")
    with open_store(Workspace(folder / "workspace")) as store:
        running.done(store, "pull", name="tiny")
        for name, count in (("eight", 8), ("twelve", 12)):
            running.done(store, "import-data", path=str(running.instructions(folder, count)), name=name)
        running.done(store, "import-data", path=str(running.instructions(folder, 32)), name="split", eval_share=0.5)
        yield store
        running.end_workers(store)


def test_rows_of_another_set_are_looked_at_and_those_trained_on_left_out(workspace):
    job = running.done(workspace, "train-sft", **FAST, data="eight", eval_data="twelve")
    told = job.result["eval_data"]
    assert (told["rows"], told["of"], told["trained_on"], told["trained"], told["own"]) == (4, 12, 8, 8, False)
    assert (job.result["looks"]["rows"], job.result["preflight"]["kept"]) == (4, 8)
    words = "4 of 12 rows of twelve are looked at, and not learned; 8 left out: the same stands in 8 rows trained on"
    assert looked_at(job.result) == words
    assert job_detail(workspace, job.id).said == (words,)
    assert models.by_name(workspace, job.result["model"]).details["eval_data"] == told


def test_a_run_that_shall_stop_early_looks_at_what_its_set_holds_for_evaluation_only(workspace):
    job = running.done(workspace, "train-sft", **FAST, data="split", early_stopping=9)
    told = job.result["eval_data"]
    assert (told["own"], told["rows"], told["of"]) == (True, 32 - job.result["preflight"]["rows"], told["rows"])
    assert job.result["settings"]["eval_share"] == 0
    assert "chose whose weights were kept" in "".join(job_detail(workspace, job.id).said)


def test_a_set_whose_share_held_nothing_out_gives_a_tenth_of_its_rows(workspace, tmp_path):
    path = str(running.instructions(tmp_path, 30))
    running.done(workspace, "import-data", path=path, name="none", eval_share=1e-6)
    job = running.done(workspace, "train-sft", **FAST, data="none", early_stopping=9)
    assert (job.result["eval_data"], job.result["settings"]["eval_share"]) == ({}, 0.1)


def test_a_share_that_was_asked_for_is_taken_from_the_rows_that_are_learned(workspace):
    job = running.done(workspace, "train-sft", **FAST, data="split", early_stopping=9, eval_share=0.3)
    assert job.result["eval_data"] == {}
    assert 0 < job.result["looks"]["rows"] < job.result["preflight"]["kept"]


def test_the_pre_flight_says_which_rows_are_looked_at_and_counts_the_looks(workspace):
    params = {**FAST, "data": "eight", "num_train_epochs": 50}
    plain, looking = (
        preflight(workspace, running.done(workspace, "preflight", training="train-sft", params=one).id)
        for one in (params, {**params, "eval_data": "twelve"})
    )
    assert plain.looked_at is None
    assert looking.looked_at.startswith("4 of 12 rows of twelve")
    assert looking.estimate.steps == plain.estimate.steps
    assert looking.few.startswith("Only 8 rows: 2 updates a pass, 100 in all.")


def test_a_set_that_is_trained_on_whole_leaves_nothing_to_look_at(workspace):
    job = running.submit(workspace, "train-sft", **FAST, data="twelve", eval_data="eight")
    ended = running.until(workspace, job.id, lambda job: job.ended)
    assert ended.state == "failed"
    assert "eight has no row to look at: of 8 rows 8 are trained on too" in ended.error
