"""The README says what the program is: its generated sections are current, and its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import readme
from click.testing import CliRunner

from workbench.cli.main import cli

TEXT = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_keys_tree_and_schema_are_those_of_the_program() -> None:
    assert readme.rendered(TEXT) == TEXT, "run bin/readme"


def test_every_command_it_names_exists() -> None:
    named = set(re.findall(r"`workbench ((?:[a-z]+ ?){1,2})", TEXT))
    assert len(named) >= 8
    for words in named:
        assert CliRunner().invoke(cli, [*_command(words.split()), "--help"]).exit_code == 0, words


def test_the_screenshot_is_there() -> None:
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT):
        assert (Path(__file__).parent.parent / picture).is_file()


def _command(words: list[str]) -> list[str]:
    """The leading words that are commands: `generate` of `generate smollm2`."""
    group = cli.get_command(None, words[0])  # type: ignore[arg-type]
    return words[: 2 if hasattr(group, "commands") else 1]
