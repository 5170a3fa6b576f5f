"""Which workspace a command works on, and where its things lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench import workspace as places
from workbench.errors import UnknownName, WorkbenchError
from workbench.workspace import Workspace


def test_the_option_wins_over_the_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(tmp_path / "variable"))
    assert places.find(str(tmp_path / "option")).root == tmp_path / "option"


def test_the_variable_wins_over_a_parent_folder(tmp_path, monkeypatch):
    (tmp_path / "workbench.db").touch()
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(tmp_path / "variable"))
    assert places.find(start=tmp_path).root == tmp_path / "variable"


def test_the_nearest_parent_with_a_database_wins_over_a_farther_one(tmp_path):
    inner = tmp_path / "a" / "b"
    (inner / "c" / "d").mkdir(parents=True)
    (tmp_path / "workbench.db").touch()
    (inner / "workbench.db").touch()
    assert places.find(start=inner / "c" / "d").root == inner
    assert places.find(start=tmp_path / "a").root == tmp_path


def test_a_folder_of_that_name_is_no_database(tmp_path, monkeypatch):
    (tmp_path / "workbench.db").mkdir()
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    assert places.find(start=tmp_path).root == tmp_path / "home" / "default"


def test_a_home_is_spelled_out(monkeypatch):
    monkeypatch.setenv("HOME", "/somewhere")
    assert places.find("~/work").root == Path("/somewhere/work")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WorkbenchError, match=r"folder .*file/sub cannot be made: Not a directory"):
        Workspace(tmp_path / "file" / "sub").create()


def test_bundled_files_are_found_by_name():
    assert places.bundled_file("rubrics", "general", ".toml").is_file()
    with pytest.raises(UnknownName, match=r"Unknown dataset 'promts'. Did you mean prompts"):
        places.bundled_file("datasets", "promts", ".jsonl")
