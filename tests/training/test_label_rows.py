"""The rows of KTO, from a table of answers labelled good or bad."""

from __future__ import annotations

import json

import pytest

from workbench.data import formats
from workbench.errors import DataError
from workbench.training.label_rows import label_rows


def table(tmp_path, row):
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps(row) + "\n")
    return formats.read(path)


def test_a_labelled_answer_becomes_two_turns_and_a_label(tmp_path):
    assert label_rows(table(tmp_path, {"prompt": "Why?", "completion": "So.", "label": True}))[0] == {
        "prompt": [{"role": "user", "content": "Why?"}],
        "completion": [{"role": "assistant", "content": "So."}],
        "label": True,
    }


def test_answers_without_a_label_are_refused_with_their_columns(tmp_path):
    with pytest.raises(DataError, match="holds completions with the columns completion, prompt; KTO needs"):
        label_rows(table(tmp_path, {"prompt": "Why?", "completion": "So."}))
