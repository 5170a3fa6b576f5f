"""`completions import`: refused at once or done, one JSON document, and a scale that is said."""

from __future__ import annotations

import json

import pytest
from command_line import workbench

ROW = {"prompt": "Why?", "response": "So.", "fluency": 8}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(ROW) + "\n")
    return path


def test_an_import_answers_with_what_came_in(workspace, file):
    named = ("--model", "m", "--rater", "ada", "--scale", "1", "10")
    answer = workbench("--workspace", workspace.root, "completions", "import", file, *named, "--json")
    assert answer.code == 0, answer.err
    assert {name: answer.json[name] for name in ("batches", "answers", "models", "scores", "raters")} == {
        "batches": [1], "answers": 1, "models": ["m (imported)"], "scores": 1, "raters": ["ada (imported)"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("named", "code", "message"),
    [
        (("--rater", "ada"), 1, "does not name the model of its answers. Name the model: --model NAME."),
        (("--model", "m", "--rater", "ada"), 1, "mine.jsonl, row 1: the score 8 is not one of the points 1 to 5."),
        (("--model", "m", "--scale", "9"), 2, "Option '--scale' requires 2 arguments"),
        (("--model", "m", "--rater", "ada", "--scale", "5", "1"), 2, "No scale goes from 5.0 to 1.0."),
        (("--model", "m", "--rubric", "genral"), 2, "Unknown rubric 'genral'. Did you mean general"),
        (("--model", ""), 2, "import-completions: model: string should have at least 1 character"),
    ],
)
def test_what_cannot_be_imported_is_refused_and_queues_nothing(workspace, file, named, code, message):
    answer = workbench("--workspace", workspace.root, "completions", "import", file, *named)
    assert (answer.code, answer.out) == (code, ""), answer.err
    assert message in answer.err
    assert workbench("--workspace", workspace.root, "--json", "jobs", "list").out.strip() in ("[]", "")


def test_a_model_may_be_named_like_a_file_beside_it(workspace, file):
    named = ("--model", "mine.jsonl", "--rater", "ada", "--scale", "1", "10")
    answer = workbench("--workspace", workspace.root, "--json", "completions", "import", file, *named, cwd=file.parent)
    assert answer.json["models"] == ["mine.jsonl (imported)"]


def test_what_comes_next_is_the_command_that_judges_what_came_in(workspace, tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps({"prompt": "Why?", "response_a": "a", "response_b": "b"}) + "\n")
    answer = workbench("--workspace", workspace.root, "completions", "import", path, "--model", "m")
    assert "next: workbench versus --batch 1" in answer.out
