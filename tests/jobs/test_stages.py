"""Stages of a training: queued together, each after the one before, from the model that one leaves."""

from __future__ import annotations

import json

import pytest

from workbench import launch
from workbench.errors import DataError, UnknownName, UsageError
from workbench.jobs._stages import read, stages
from workbench.models import tiny
from workbench.spec import JobSpec
from workbench.store import jobs, models

SFT = {"kind": "train-sft", "params": {"model": "base", "data": "rows.json"}}
DPO = {"kind": "train-dpo", "params": {"data": "pairs.jsonl"}}


@pytest.fixture
def there(store, tmp_path, monkeypatch):
    """A model and two files, and no worker that would take the jobs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(launch, "ensure_worker", lambda *_: False)
    models.add(store, "base", "base", "folder", str(tiny.make(tmp_path / "base")), "w")
    (tmp_path / "rows.json").write_text(json.dumps([{"instruction": "a", "output": "b"}]))
    (tmp_path / "pairs.jsonl").write_text(json.dumps({"prompt": "a", "chosen": "b", "rejected": "c"}))
    return store


def claimed(store):
    return jobs.claim(store, "heavy", 1, 0.0, "here")


def test_the_second_stage_starts_from_what_the_first_leaves(there):
    first, second = launch.submit_stages(there, [{**SFT, "name": "middle"}, DPO])
    specs = [JobSpec.from_json(job.spec) for job in (first, second)]
    assert (specs[0].params["name"], specs[1].params["model"]) == ("middle", "middle")
    assert (second.after_job, specs[1].params["name"]) == (first.id, "middle-dpo-1")


def test_a_model_named_by_its_folder_gives_its_short_name(there, tmp_path):
    tiny.make(tmp_path / "my base")
    folder = {**SFT, "params": {**SFT["params"], "model": str(tmp_path / "my base")}}
    assert [one.name for one in stages(there, [folder, DPO])] == ["my-base-sft-1", "my-base-sft-1-dpo-1"]
    launch.submit_stages(there, [folder, DPO])


def test_a_stage_waits_until_the_one_before_is_done(there):
    first, second = launch.submit_stages(there, [SFT, DPO])
    assert claimed(there).id == first.id
    assert claimed(there) is None
    assert not jobs.waiting(there, "heavy")
    jobs.finish(there, first.id, "done", result={})
    assert claimed(there).id == second.id


def test_a_failed_stage_that_is_resumed_takes_the_rest_along(there):
    first, second = launch.submit_stages(there, [SFT, DPO])
    claimed(there)
    jobs.finish(there, first.id, "failed", error="disk full")
    assert claimed(there) is None
    launch.resume(there, first.id)
    assert claimed(there).id == first.id
    jobs.finish(there, first.id, "done", result={})
    assert claimed(there).id == second.id


def test_a_stage_that_could_only_fail_queues_none(there):
    with pytest.raises(DataError, match=r"rows\.json is laid out as alpaca; needed is preferences"):
        launch.submit_stages(there, [SFT, {**DPO, "params": {"data": "rows.json"}}])
    assert jobs.recent(there) == []


@pytest.mark.parametrize(
    ("tables", "error", "words"),
    [
        ([{**SFT, "nmae": "x"}], UnknownName, "Unknown key of stage 1 'nmae'. Did you mean name"),
        ([SFT, {**DPO, "kind": "train-dop"}], UnknownName, "Unknown kind of stage 2 'train-dop'"),
        ([SFT, {**DPO, "params": {**DPO["params"], "model": "base"}}], UsageError, "it starts from base-sft-1"),
        ([{**SFT, "name": "base"}], DataError, "There is a model 'base' already"),
        ([SFT, {**DPO, "params": {**DPO["params"], "beta": -1}}], UsageError, "train-dpo: beta"),
    ],
)
def test_what_is_no_stage_is_refused_by_its_number(there, tables, error, words):
    with pytest.raises(error, match=words):
        stages(there, tables)


def test_a_file_without_stages_is_refused(tmp_path):
    (tmp_path / "no.toml").write_text("stages = 3")
    with pytest.raises(UsageError, match="holds no stages"):
        read(tmp_path / "no.toml")
