"""A training on a mixture by its name: checked before, told apart by task after."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import running

from workbench.store import Store, models, open_store
from workbench.tui.screens.detail import model_passages
from workbench.views.data_check import data_check
from workbench.views.training import task_losses
from workbench.workspace import Workspace

SUMS = [{"prompt": f"Double {n}.", "completion": str(2 * n)} for n in range(8)]
TALK = [{"prompt": f"Say hello to number {n}.", "completion": f"Hello, number {n}!"} for n in range(7)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Iterator[Store]:
    """Two sets, one with a row that stands there twice, mixed and trained on twice."""
    folder = tmp_path_factory.mktemp("mixture")
    with open_store(Workspace(folder / "workspace")) as store:
        running.done(store, "pull", name="tiny")
        for name, rows in (("sums", SUMS), ("talk", [*TALK, TALK[0]])):
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
            running.done(store, "import-data", path=str(folder / f"{name}.jsonl"))
        running.done(store, "mix-data", sources={"sums": 1, "talk": 1}, name="both", rows=16)
        yield store
        running.end_workers(store)


@pytest.fixture(scope="module")
def job(trained):
    return running.done(trained, "train-sft", model="tiny", data="both", num_train_epochs=4, learning_rate=1e-2)


def test_each_task_has_its_loss_before_and_after(job):
    found = task_losses(job.result)
    assert [(one.task, one.rows) for one in found] == [("sums", 8), ("talk", 8)]
    assert all(one.after < one.before for one in found)


def test_the_new_model_keeps_them_and_its_screen_shows_them(trained, job):
    model = models.by_name(trained, job.result["model"])
    assert task_losses(model.details) == task_losses(job.result)
    sums = task_losses(job.result)[0]
    shown = {passage.label: passage.text for passage in model_passages(trained, model.name)}
    assert shown["sums"] == f"{sums.before:.4f} → {sums.after:.4f}, 8 rows"


def test_the_rows_are_checked_before_the_model_is_loaded(trained, job):
    found = data_check(job.result["checks"])
    assert (found.data, found.rows, found.verdict) == ("both", 16, "1 warning")
    assert next(one.number for one in found.findings if one.check == "over-long-rows") == 0  # tokens were counted
    log = trained.workspace.job_log(job.id).read_text()
    assert "both, warning: Rows that repeat an earlier one word for word: 1 of 16." in log


def test_the_same_rows_are_looked_at_once(trained, job):
    before = [(file.name, file.stat().st_mtime_ns) for file in trained.workspace.checks.iterdir()]
    again = running.done(trained, "train-sft", model="tiny", data="both", num_train_epochs=1, name="again")
    running.done(trained, "check-data", data="both", model="tiny")
    assert [(file.name, file.stat().st_mtime_ns) for file in trained.workspace.checks.iterdir()] == before
    assert again.result["checks"] == job.result["checks"]


def test_other_rows_of_the_set_are_looked_at_anew(trained, job):
    cut = running.done(trained, "train-sft", model="tiny", data="both", num_train_epochs=1, name="cut", limit=4)
    assert cut.result["checks"]["rows"] == 4
