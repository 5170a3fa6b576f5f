"""`workbench data import`, `show` and `export`, as a person calls them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from command_line import workbench

from workbench.store import data, jobs, open_store


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "talks.csv"
    path.write_text('question,reply,topic\n"Why, then?",So.,rain\nHow?,"Thus:\nslowly.",rain\n')
    return path


def test_columns_are_named_and_the_layout_is_shown_with_its_evidence(workspace, rows):
    wishes = "--map", "prompt=question", "--map", "completion=reply"
    answer = workbench("--workspace", workspace.root, "data", "import", rows, *wishes, "--eval-share", 0.5)
    assert answer.out.splitlines()[:2] == [
        "talks: 2 rows, layout completions",
        "layout completions: all of 2 sampled rows; columns prompt, completion, topic",
    ]
    assert answer.out.splitlines()[2].endswith("for evaluation only")


def test_rows_are_shown_as_they_are(workspace, rows):
    workbench("--workspace", workspace.root, "data", "import", rows, "--map", "prompt=question,completion=reply")
    shown = workbench("--workspace", workspace.root, "data", "show", "talks", "--rows", 1, "--from", 2).out.splitlines()
    assert shown[0] == "talks: 2 rows, layout completions (for TRL: prompt-completion, conversational)"
    assert [line.split() for line in shown[4:8]] == [
        ["column", "holds", "filled", "of", "2"],
        ["prompt", "text", "2"],
        ["completion", "text", "2"],
        ["topic", "text", "2"],
    ]
    assert shown[8:] == ["", "row 2, training", "  prompt: How?", "  completion: Thus:", "    slowly.", "  topic: rain"]
    found = workbench("--workspace", workspace.root, "data", "show", "talks", "--json").json
    assert [row["values"]["completion"] for row in found["shown"]] == ["So.", "Thus:\nslowly."]


def test_a_bundled_set_is_shown_and_exported_without_an_import(workspace, tmp_path):
    shown = workbench("--workspace", workspace.root, "data", "show", "prompts", "--rows", 0)
    assert shown.out.startswith("prompts: 120 rows, layout prompts")
    out = tmp_path / "out"
    answer = workbench("--workspace", workspace.root, "data", "export", "prompts", "--to", "trl", "--out", out)
    assert answer.out == f"{out}: 120 rows (train 120), and a card\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--layout", "alpacca"), "Unknown layout 'alpacca'. Did you mean alpaca?"),
        (("--map", "prompt"), "--map prompt: expected our column, =, and the file's"),
        (("--map", "prompt=ask"), "has no column 'ask', which was to be prompt. It has question, reply, topic."),
    ],
)
def test_a_wrong_wish_is_refused_at_once(workspace, rows, arguments, message):
    answer = workbench("--workspace", workspace.root, "data", "import", rows, *arguments)
    assert (answer.code > 0, message in answer.err) == (True, True), answer.err
    assert workbench("--workspace", workspace.root, "--json", "jobs", "list").json == []


def _interruptible():
    """A shell that runs the tests in the background has its children ignore ctrl+c."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_an_import_and_leaves_nothing(workspace, tmp_path):
    path = tmp_path / "long.jsonl"
    path.write_text("".join(json.dumps({"prompt": f"{n} " + "words " * 40}) + "\n" for n in range(300_000)))
    command = [sys.executable, "-P", "-m", "workbench.cli.main", "--workspace", workspace.root, "data", "import", path]
    with subprocess.Popen(
        [*map(str, command)], stderr=subprocess.PIPE, text=True, preexec_fn=_interruptible
    ) as calling:
        deadline = time.monotonic() + 60
        while not list(workspace.data.glob("*.part")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(calling.pid, signal.SIGINT)
        said = calling.communicate()[1]
    with open_store(workspace) as store:
        while not jobs.by_id(store, 1).ended:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert (jobs.by_id(store, 1).state, data.names(store)) == ("cancelled", [])
    assert "nothing of it stays" in said
    assert list(workspace.data.iterdir()) == []
