"""What `bench run` makes of its options."""

from __future__ import annotations

import pytest

from workbench.cli import _parameters, bench


@pytest.mark.parametrize("option", ["--shots", "--fewshot"])
def test_the_number_of_examples_has_two_names(option):
    assert bench.run.make_context("run", [option, "3"]).params["fewshot"] == 3


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
