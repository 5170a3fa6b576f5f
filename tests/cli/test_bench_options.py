"""What `bench run` makes of its options."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from workbench.cli import _parameters, bench
from workbench.errors import UsageError


@pytest.mark.parametrize("option", ["--shots", "--fewshot"])
def test_the_number_of_examples_has_two_names(option):
    assert bench.run.make_context("run", [option, "3"]).params["fewshot"] == 3


def test_a_task_and_a_suite_at_once_are_refused():
    done = CliRunner().invoke(bench.run, ["--task", "sentiment", "--suite", "core"])
    assert isinstance(done.exception, UsageError)
    assert "--task sentiment and --suite core" in str(done.exception)


def test_an_option_that_is_missing_is_named_as_it_is_written():
    with pytest.raises(UsageError, match="--out is missing: a new folder to write"):
        _parameters.spec("export-data", {"data": "prompts"})


def test_a_file_of_ones_own_brings_along_the_folder_it_was_asked_from(tmp_path, monkeypatch):
    (tmp_path / "mine.yaml").write_text("task: mine\n")
    monkeypatch.chdir(tmp_path)
    asked = _parameters.spec("bench", {"task": "mine.yaml"}).params
    assert (asked["task"], asked["folder"]) == (str(tmp_path / "mine.yaml"), str(tmp_path))
    assert _parameters.spec("stress", {"task": "mine.yaml", "folder": "rows"}).params["folder"] == str(
        tmp_path / "rows"
    )


def test_a_task_that_is_known_by_its_name_needs_no_folder():
    assert _parameters.spec("bench", {"task": "multiple_choice"}).params["folder"] is None
