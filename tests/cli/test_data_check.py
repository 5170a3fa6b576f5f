"""`workbench data check` and `data redact`, as a person calls them."""

from __future__ import annotations

import json

import pytest
from command_line import workbench

CALL = [{"role": "user", "content": "What is the number of the harbour office, please?"}]


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    answers = ("Ring 212-555-0143.", "I do not know."), ("I do not know.", "Ring 212-555-0143.")
    pairs = [{"prompt": CALL, "chosen": _said(one), "rejected": _said(other)} for one, other in answers]
    path.write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    return path


def _said(text):
    return [{"role": "assistant", "content": text}]


def test_a_check_shows_the_gravest_first_with_rows_and_what_to_do(workspace, rows):
    answer = workbench("--workspace", workspace.root, "data", "check", rows)
    lines = answer.out.splitlines()
    assert (answer.code, lines[0]) == (0, "rows.jsonl: 1 error, 1 warning")
    assert lines[1].split()[:2] == ["error", "contradictions"]
    assert lines[2].strip().startswith("rows 2, 1: What is the number")
    assert lines[3].strip() == "-> Decide which is right and remove the other, or both."


def test_a_check_in_json_is_the_view(workspace, rows):
    answer = workbench("--workspace", workspace.root, "data", "check", rows, "--json")
    assert (answer.json["rows"], answer.json["layout"]) == (2, "preferences")
    assert answer.json["findings"][0]["check"] == "contradictions"


def test_redact_enters_a_new_data_set(workspace, rows):
    answer = workbench("--workspace", workspace.root, "data", "redact", rows, "--out", "clean")
    assert (answer.code, answer.out) == (0, "clean: 2 of 2 rows changed\n")
    listed = workbench("--workspace", workspace.root, "data", "list", "--json").json
    assert [one["name"] for one in listed["data"]] == ["clean"]
