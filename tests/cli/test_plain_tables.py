"""Tables of the command line: aligned by cells, and safe whatever the data call themselves."""

from __future__ import annotations

import json

from click.testing import CliRunner

from workbench.cli._session import Command, Session
from workbench.cli._table import table


def test_columns_are_aligned_by_cells():
    # 漢字 takes four cells, as many as `name`
    assert table(("name", "n"), [("漢字", 1), ("ab", 20)]).splitlines() == ["name   n", "漢字   1", "ab    20"]


def test_yes_and_no_are_no_numbers():
    assert table(("x",), [(True,), (False,), (None,)]).split() == ["x", "yes", "no", "–"]


def test_a_heading_is_cleaned_as_every_cell_is():
    """Class labels and names of models stand in headings."""
    assert "\x1b" not in table(("gold", "a\x1b[31mb"), [("x", 1)])


def answered(text: str, as_json: bool) -> str:
    command = Command("say", callback=lambda: Session(None, as_json).answer({"text": text}, text))
    found = CliRunner().invoke(command, [], obj=Session(None, as_json))
    assert found.exit_code == 0
    return found.stdout


def test_what_is_answered_cannot_paint_the_terminal():
    assert answered("a\x1b]0;title\x07b", False) == "ab\n"


def test_half_a_character_is_answered_as_a_whole_one():
    """As in the name of a file that is not UTF-8."""
    assert answered("a\udcff", False) == "a\ufffd\n"
    assert json.loads(answered("a\udcff", True)) == {"text": "a\ufffd"}
