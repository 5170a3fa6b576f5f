"""`workbench data mix`, as a person calls it."""

from __future__ import annotations

import json

import pytest
from command_line import workbench

from workbench.store import data, open_store

WORDINGS = '[[wordings]]\nprompt = "How does it feel? {text}"\nanswer = "{label}"\n'
SPEC = """
kind = "mix-data"
[params]
name = "both"
[sources]
one = {data = "one.jsonl", quota = 2, templates = "mine.toml"}
[replay]
old = {data = "two.jsonl", share = 0.5}
"""


@pytest.fixture
def folder(tmp_path):
    """Two files of rows with labels, templates of one wording, and a spec that names them as they lie there."""
    for name, rows in (("one", 3), ("two", 30)):
        lines = (json.dumps({"text": f"{name} {n}", "label": "fine"}) for n in range(rows))
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    (tmp_path / "mine.toml").write_text(WORDINGS)
    (tmp_path / "mix.toml").write_text(SPEC)
    return tmp_path


def mix(workspace, folder, *words):
    return workbench("--workspace", workspace.root, "data", "mix", *words, cwd=folder)


def test_sets_and_weights_on_the_command_line(workspace, folder):
    answer = mix(workspace, folder, "one.jsonl=1", "two.jsonl=2", "--name", "both", "--rows", "9")
    assert answer.out.splitlines()[0] == "both: 9 rows, layout labelled"
    assert [line.split() for line in answer.out.splitlines()[-2:]] == [
        ["one", "one", "3", "3", "33.3%", "1.00"],
        ["two", "two", "30", "6", "66.7%", "0.20"],
    ]


def test_a_spec_file_and_its_paths_are_found_from_where_it_is_called(workspace, folder):
    answer = workbench("--json", "--workspace", workspace.root, "data", "mix", "mix.toml", cwd=folder)
    assert {one["task"]: one["rows"] for one in answer.json["counts"]} == {"one": 2, "old": 2}
    with open_store(workspace) as store:
        assert data.names(store) == ["both"]


def test_options_override_the_spec_file(workspace, folder):
    answer = workbench("--json", "--workspace", workspace.root, "data", "mix", "mix.toml", "--name", "x", cwd=folder)
    assert answer.json["data"] == "x"


def test_a_preview_shows_the_turns_and_writes_nothing(workspace, folder):
    answer = mix(workspace, folder, "mix.toml", "--preview", "4", "--order", "length", "--reverse")
    assert answer.out.splitlines()[0] == "4 rows, layout completions; nothing is written"
    shown = answer.out.splitlines()
    assert shown.count("  completion: fine") == 4
    assert sum(line.startswith("  user: How does it feel? one ") for line in shown) == 2
    assert sum(line.startswith("row ") and "wording 1" in line for line in shown) == 2
    with open_store(workspace) as store:
        assert data.names(store) == []


def test_temperature_cap_and_replay_are_options(workspace, folder):
    answer = workbench(
        "--json", "--workspace", workspace.root, "data", "mix", "one.jsonl", "two.jsonl", "--temperature", "2",
        "--cap", "12", "--replay", "instructions=0.1", "--preview", "1", cwd=folder,
    )  # fmt: skip
    # rates 3 and 12, square roots 1 : 2, so 3 + 6 rows; a tenth of ten is one more
    assert {one["task"]: one["rows"] for one in answer.json["counts"]} == {"one": 3, "two": 6, "instructions": 1}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("none=3",), 2, "Unknown data set or file 'none'"),
        (("one.jsonl=0",), 2, "[sources] one: weight is 0.0, which is not a number above 0"),
        (("one.jsonl=x",), 2, "one.jsonl=x: expected a set, =, and a number, as in reviews=0.5"),
        (("one.jsonl", "one.jsonl"), 2, "one.jsonl: one is named twice"),
        (("one.jsonl=3", "two.jsonl"), 2, "[sources] one has a weight, two has none"),
        (("one.jsonl=3", "--cap", "5"), 2, "cap is 5, but no source counts by its rows"),
        (("one.jsonl", "--temperature", "0"), 2, "temperature: input should be greater than 0"),
        (("mix.toml", "one.jsonl"), 2, "one.jsonl: beside a spec no sets are named"),
        (("none.toml",), 1, "none.toml cannot be read: no such file"),
        (("one.jsonl", "preferences", "--preview", "1"), 1, "preferences holds preferences, which cannot be mixed"),
    ],
)
def test_what_cannot_be_mixed_is_one_sentence_and_a_code(workspace, folder, words, code, message):
    answer = mix(workspace, folder, *words)
    assert (answer.code, answer.out) == (code, "")
    assert message in answer.err
