"""Items of a benchmark that a model was trained on are counted beside its score, as soon as there is one."""

from __future__ import annotations

import json

import pytest
import running

from workbench.store import contamination, runs
from workbench.views.bench import run_row
from workbench.workspace import bundled_file

pytestmark = pytest.mark.usefixtures("ended")


def rows_with_items(folder, places):
    """One row an item of `multiple_choice`, which asks its question."""
    lines = bundled_file("datasets", "multiple_choice", ".jsonl").read_text(encoding="utf-8").splitlines()
    rows = [{"instruction": json.loads(lines[at])["question"], "input": "", "output": "Yes."} for at in places]
    path = folder / "leaked.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def benched(store, model):
    job = running.submit(store, "bench", model=model, task="multiple_choice", limit=12)
    running.until(store, job.id, lambda one: one.ended or runs.finished(store, "multiple_choice", known(store, one)))
    (run,) = [one for one in runs.all_runs(store) if one.finished_at]
    return run, run_row(store, run).contaminated, job


def known(store, job):
    return store.value("SELECT model_id FROM runs WHERE job_id = ?", (job.id,)) or 0


def test_only_rows_that_were_trained_on_count(store, cache, tmp_path):
    """Items 0, 2 and 5 stand in the rows, of which the first two are trained on; the run asks 12 items."""
    rows = rows_with_items(tmp_path, [0, 2, 5])
    running.done(store, "train-sft", model="tiny", data=str(rows), name="leaky", limit=2, num_train_epochs=1)
    run, count, job = benched(store, "leaky")
    assert count == 2
    assert running.finished(store, job.id).result["run"] == run.id


def test_rows_for_evaluation_only_do_not_count(store, cache, tmp_path):
    """Each of the twelve items that are asked stands in one row; some of the rows are held out."""
    rows = rows_with_items(tmp_path, range(12))
    running.done(store, "import-data", path=str(rows), name="half", eval_share=0.5)
    running.done(store, "train-sft", model="tiny", data="half", name="leaky", num_train_epochs=1)
    evaluation = store.value("SELECT json_extract(card, '$.evaluation') FROM datasets WHERE name = 'half'")
    _, count, _ = benched(store, "leaky")
    assert 0 < evaluation < 12
    assert count == 12 - evaluation


def test_a_model_from_outside_has_no_count(store, cache):
    run = running.done(store, "bench", model="tiny", task="multiple_choice", limit=2).result["run"]
    assert contamination.items(store, runs.by_id(store, run)) is None
