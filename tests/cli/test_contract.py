"""What scripts rely on: exit codes, one JSON document on stdout, messages on stderr, and no surprise."""

from __future__ import annotations

import subprocess
import sys

import click
import given
import pytest
from command_line import workbench

from workbench.cli.main import cli
from workbench.store import open_store

COMMANDS = (
    "init",
    "status",
    "doctor",
    "backup",
    "demo",
    "models",
    "data",
    "generate",
    "batches",
    "rate",
    "versus",
    "export",
    "train",
    "jobs",
)


def paths(group, *before):
    """Every command and subcommand as its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from paths(command, *before, name)


@pytest.fixture
def rated(workspace):
    """A workspace with one batch: three answers rated, one skipped."""
    with open_store(workspace) as store:
        given.rated(store, given.batch(store, [["a", "b"], ["c", "d"]]), {1: (5, 5, 5), 2: (1, 1, 1), 3: (4, 4, 4)})
    return workspace.root


def test_the_commands_of_the_contract_are_there():
    assert {path[0] for path in paths(cli)} >= set(COMMANDS)


@pytest.mark.parametrize("path", list(paths(cli)), ids=" ".join)
def test_every_command_explains_itself(path):
    command = cli
    for name in path:
        command = command.get_command(click.Context(command), name)
    assert command.get_short_help_str()
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []


def test_help_is_0_and_on_stdout():
    answer = workbench("--help")
    assert (answer.code, answer.err) == (0, "")
    assert all(name in answer.out for name in COMMANDS)


def test_an_unknown_command_is_2_with_the_nearest():
    answer = workbench("stats")
    assert (answer.code, answer.out) == (2, "")
    assert "Unknown command 'stats'. Did you mean status" in answer.err


WRONG = [
    (("status",), 1, "There is no workspace in"),
    (("jobs", "show", "9"), 1, "There is no job 9."),
    (("jobs", "show", "nine"), 2, "'nine' is not a valid integer"),
    (("models", "show", "smolm2"), 2, "Unknown model 'smolm2'"),
    (("generate", "--n", "0"), 2, "generate: n: input should be greater than or equal to 1, not 0"),
    (("generate", "--nn", "1"), 2, "No such option"),
    (
        ("train", "dpo", "--data", "x", "--set", "bta=1"),
        2,
        "parameter of train-dpo 'bta'. Did you mean beta",
    ),
    (("train", "dpo", "--data", "x", "--set", "beta"), 2, "--set beta: expected key=value."),
    (("train", "sft"), 2, "--data is missing: instructions with their answers; or plain text, to adapt to its domain."),
    (("train", "sft", "--data", "prompts"), 1, "prompts is laid out as prompts; needed is alpaca or messages"),
    (("chat", "none"), 2, "Unknown model 'none'."),
    (("chat", "small", "--temperature", "9"), 2, "temperature: input should be less than or equal to 5"),
    (("train", "dpo"), 2, "--data is missing: preference pairs."),
    (("train", "kto", "--data", "x", "--loss-type", "dpo"), 2, "'dpo' is not one of 'kto', 'apo_zero_unpaired'"),
    (("train", "sft", "--data", "instructions", "--method", "lra"), 2, "Unknown method 'lra'. Did you mean"),
    (("data", "import", "none.jsonl"), 1, "There is no file none.jsonl."),
    (("export", "preferences", "--rubric", "genral"), 2, "Unknown rubric 'genral'. Did you mean general"),
    (("bench", "show", "9" * 20), 2, "That number is larger than any that the workspace counts to."),
    (("data", "show", "prompts", "--from", "9" * 20), 2, "is not in the range 1<=x<=1000000000000"),
    (("jobs", "list", "--limit", "-5"), 2, "-5 is not in the range x>=1"),
    (("data", "mirror", "glue", __file__), 2, "no task could read it. A mirror ends in .jsonl, .json, .csv"),
    (("data", "mix", "prompts=1", "--preview", "1", "--detach"), 2, "--detach does not go with --preview"),
    (("repro", "1", "--detach"), 2, "--detach goes with --run"),
    (("rate", "--batch", "1", "--rubric", "general"), 2, "--batch and --rubric do not go together"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), WRONG)
def test_what_goes_wrong_is_one_sentence_and_a_code(workspace, arguments, code, message):
    answer = workbench("--workspace", workspace.root, *arguments)
    assert (answer.code, answer.out, "Traceback" in answer.err) == (code, "", False), answer.err
    assert message in answer.err


@pytest.mark.parametrize(("arguments", "code", "message"), WRONG)
def test_what_goes_wrong_is_a_document_under_json(workspace, arguments, code, message):
    answer = workbench("--workspace", workspace.root, "--json", *arguments)
    assert answer.code == code
    assert message in " ".join(part for part in (answer.json["error"], answer.json["hint"]) if part)


@pytest.mark.parametrize("arguments", [(), ("rate",), ("rate", "--kiosk"), ("versus",), ("demo",)])
def test_the_terminal_is_not_opened_without_a_tty(workspace, arguments):
    with open_store(workspace) as store:
        given.batch(store, [["a"]])
    answer = workbench("--workspace", workspace.root, *arguments)
    assert (answer.code, "The terminal needs a tty." in answer.err) == (2, True)


JSON_COMMANDS = [
    ("status",), ("jobs", "list"), ("rate", "--list"), ("rate",), ("versus",),
    ("batches", "list"), ("batches", "show", "1"), ("models", "list"), ("models", "show", "small"),
    ("data", "list"), ("export", "preferences", "--preview"), ("doctor",), ("backup",), ("init",), ("agree",),
]  # fmt: skip


@pytest.mark.parametrize("arguments", JSON_COMMANDS, ids=" ".join)
@pytest.mark.parametrize("place", ["before", "after"])
def test_json_is_one_document_on_stdout(rated, arguments, place):
    words = ("--json", *arguments) if place == "before" else (*arguments, "--json")
    answer = workbench("--workspace", rated, *words)
    assert answer.code == 0, answer.err
    assert isinstance(answer.json, dict | list)


def test_status_counts_the_workspace(rated):
    found = workbench("--workspace", rated, "--json", "status").json
    assert (found["models"], found["answers"], found["judgments"], found["answers_to_rate"]) == (1, 4, 10, 0)


def test_status_makes_no_workspace(workspace, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    assert workbench("--workspace", workspace.root, "status").code == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_init_makes_one_in_the_current_folder(tmp_path):
    assert workbench("init", cwd=tmp_path).code == 0
    assert (tmp_path / "workbench.db").is_file()
    assert workbench("--json", "status", cwd=tmp_path).json["workspace"] == str(tmp_path)


def test_init_makes_one_where_every_other_command_would_look(tmp_path):
    assert workbench("init", cwd=tmp_path, WORKBENCH_WORKSPACE=str(tmp_path / "there")).code == 0
    assert (tmp_path / "there" / "workbench.db").is_file()


def test_a_preview_counts_and_writes_nothing(rated):
    answer = workbench("--workspace", rated, "--json", "export", "preferences", "--preview")
    assert answer.json["counts"] == {"kept": 1, "fewer than two fully rated answers": 1}
    assert workbench("--workspace", rated, "--json", "jobs", "list").json == []


def test_a_broken_file_is_refused_at_once_and_queues_nothing(rated, tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"prompt": "a"}\n{"prompt": 3}\n')
    answer = workbench("--workspace", rated, "data", "import", tmp_path / "rows.jsonl")
    assert (answer.code, "row 2, column 'prompt': a value of type int is not text" in answer.err) == (1, True)
    assert workbench("--workspace", rated, "--json", "jobs", "list").json == []


def test_keys_of_a_file_cannot_paint_the_terminal(workspace, tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"\\u001b]0;title\\u0007\\u001b[2J\\ud83d": 1}\n')
    for words in (("data", "import"), ("--json", "data", "import")):
        answer = workbench("--workspace", workspace.root, *words, tmp_path / "rows.jsonl")
        assert answer.code == 1
        assert "\x1b" not in answer.err + answer.out


def test_a_dumb_terminal_gets_plain_text(rated):
    answer = workbench("--workspace", rated, "models", "list", TERM="dumb")
    assert (answer.code, "\x1b" in answer.out) == (0, False)


def test_a_name_is_not_taken_for_a_file_of_that_name(workspace, tmp_path):
    (tmp_path / "mine").write_text("")
    (tmp_path / "rows.jsonl").write_text('{"prompt": "a"}\n')
    answer = workbench(
        "--workspace", workspace.root, "--json", "data", "import", "rows.jsonl", "--name", "mine", cwd=tmp_path
    )
    assert answer.json["data"] == "mine"


@pytest.mark.parametrize("variable", [{"WORKBENCH_RATER": "bob"}, {}])
def test_the_rater_is_the_one_named(rated, variable):
    answer = workbench("--workspace", rated, "--json", "rate", "--list", **variable)
    assert answer.json[0]["judged"] == (0 if variable else 4)  # ada rated everything


def test_a_reader_that_goes_away_is_no_traceback(rated):
    command = f"{sys.executable} -P -m workbench.cli.main --workspace {rated} models list | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
