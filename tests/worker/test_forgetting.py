"""After a training the model and its parent answer an old task, and what was lost is said beside what was gained."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import running

from workbench.errors import UnknownName
from workbench.store import Store, jobs, models, open_store
from workbench.views.compare import compare
from workbench.views.forgetting import forgetting, lines
from workbench.views.job_detail import job_detail
from workbench.workspace import Workspace

TASK = {
    "task": "sums", "dataset_path": "json", "output_type": "multiple_choice", "test_split": "test",
    "doc_to_text": "{{sum}} =", "doc_to_choice": ["even", "odd"], "doc_to_target": "answer",
    "metric_list": [{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
}  # fmt: skip
OLD = {"old_task": "multiple_choice", "old_items": 12, "num_train_epochs": 1}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two rounds on `tiny`, each with the jobs that it queued."""
    folder = tmp_path_factory.mktemp("forgetting")
    with open_store(Workspace(folder / "workspace")) as store:
        running.done(store, "pull", name="tiny")
        rows = str(running.instructions(folder, 8))
        for name, base in (("first", "tiny"), ("second", "first")):
            job = running.done(store, "train-sft", model=base, data=rows, name=name, **OLD)
            for side in ("before", "after"):
                running.finished(store, job.result["old_task"][side])
        yield store
        running.end_workers(store)


def benches(store):
    return [job.name for job in reversed(jobs.recent(store)) if job.kind == "bench"]


def test_each_model_is_measured_once(trained):
    assert benches(trained) == [f"bench {name} · multiple_choice" for name in ("tiny", "first", "second")]


def test_the_cost_is_the_paired_difference_of_the_two_runs(trained):
    found = forgetting(trained, "second")
    before, after = (
        job.result["run"] for job in reversed(jobs.recent(trained)) if job.kind == "bench" if "tiny" not in job.name
    )
    assert found.difference == compare(trained, before, after).paired.difference
    assert (found.parent, found.paired.n) == ("first", 12)


def test_gain_and_cost_stand_side_by_side_with_the_run(trained):
    job = jobs.by_id(trained, models.by_name(trained, "first").job_id)
    said = job_detail(trained, job.id).said
    assert said == tuple(lines(forgetting(trained, "first")))
    assert (
        said[0]
        == f"gain: loss {job.result['first_loss']:.4f} -> {job.result['last_loss']:.4f} from the first step to the last"
    )
    assert said[1].startswith("cost: multiple_choice: ")


def test_a_task_of_ones_own_may_have_fewer_items_than_are_asked_for(trained, tmp_path):
    items, task = tmp_path / "items.jsonl", tmp_path / "sums.yaml"
    items.write_text("".join(json.dumps({"sum": f"{n} + {n}", "answer": n % 2}) + "\n" for n in range(6)))
    task.write_text(json.dumps(TASK | {"dataset_kwargs": {"data_files": {"test": str(items)}}}))
    rows = str(running.instructions(tmp_path, 4))
    old = {"old_task": str(task), "old_items": 50, "num_train_epochs": 1}
    job = running.done(trained, "train-sft", model="tiny", data=rows, name="own", **old)
    for side in ("before", "after"):
        running.finished(trained, job.result["old_task"][side])
    found = forgetting(trained, "own")
    assert (found.finding, found.paired.n) == ("nothing seen", 6)


def test_it_can_be_left_out(trained, tmp_path):
    rows = str(running.instructions(tmp_path, 4))
    job = running.done(trained, "train-sft", model="tiny", data=rows, name="third", num_train_epochs=1)
    assert job.result["old_task"] == {}
    assert forgetting(trained, "third") is None


def test_a_task_that_is_none_is_refused_before_it_is_queued(trained, tmp_path):
    with pytest.raises(UnknownName, match="Unknown task 'multiple_choise'"):
        running.submit(
            trained, "train-sft", model="tiny", data=str(running.instructions(tmp_path, 4)), old_task="multiple_choise"
        )
