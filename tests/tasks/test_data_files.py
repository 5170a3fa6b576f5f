"""Relative data files of a user's task are those of the folder it was asked from, then those beside it."""

from __future__ import annotations

import json

import pytest

from workbench.tasks.data_files import absolute
from workbench.tasks.load import load


def config(files, path="json"):
    return {"dataset_path": path, "dataset_kwargs": {"data_files": files, "delimiter": ";"}}


@pytest.fixture
def folders(tmp_path):
    """Two, of which the second holds rows.jsonl and the first nothing."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    (second / "rows.jsonl").write_text('{"question": "How many?", "choices": ["one", "two"], "answer": 1}\n')
    return [first, second]


def test_each_path_is_found_where_it_lies(folders):
    found = absolute(config({"test": ["rows.jsonl", "/data/other.jsonl"], "train": "hf://rows"}), folders)
    assert found["dataset_kwargs"] == {
        "data_files": {"test": [str(folders[1] / "rows.jsonl"), "/data/other.jsonl"], "train": "hf://rows"},
        "delimiter": ";",
    }


def test_a_file_that_is_nowhere_is_named_in_the_first_folder(folders):
    assert absolute(config("none.jsonl"), folders)["dataset_kwargs"]["data_files"] == str(folders[0] / "none.jsonl")


def test_the_files_of_a_hub_repository_stay_as_they_are(folders):
    assert absolute(config("rows.jsonl", "owner/name"), folders) == {}


@pytest.mark.parametrize("beside", [True, False])
def test_a_task_finds_its_rows_from_any_current_folder(store, folders, tmp_path, monkeypatch, beside):
    asked = {
        "task": "mine", "output_type": "multiple_choice", "test_split": "test", "doc_to_text": "{{question}}",
        "doc_to_choice": "{{choices}}", "doc_to_target": "{{answer}}", "metric_list": [{"metric": "acc"}],
        **config({"test": "rows.jsonl"}),
    }  # fmt: skip
    del asked["dataset_kwargs"]["delimiter"]
    written = folders[1 if beside else 0] / "mine.yaml"
    written.write_text(json.dumps(asked))  # JSON is YAML
    monkeypatch.chdir(tmp_path)
    (doc,) = load(store, str(written), folder=None if beside else folders[1]).docs
    assert doc["question"] == "How many?"
