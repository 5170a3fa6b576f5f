"""Model text is untrusted: whatever it holds, nothing but visible characters of one cell grid reaches the terminal."""

from __future__ import annotations

import re

import answered_runs
import pytest
import workspaces
from pilots import SMALL, press_saved, readable, screen_text, until
from rich.cells import cell_len

from workbench.tui.app import WorkbenchApp
from workbench.tui.widgets.reader import Reader
from workbench.tui.wrap import wrap

HOSTILE = {
    "escape sequences": "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]52;c;ZXZpbA==\x07 \x9b5A \x1b[?1049l end",
    "bidi overrides": "\u202eevil\u202c \u2066x\u2069 \u200f end",
    "markup": "[red]x[/red] [bold]y[/] [link='http://x']z[/link] [@click=app.quit]q[/] [/nothing] end",
    "one word of 100,000 characters": "x" * 100_000,
    "100,000 characters": "word and more " * 7_143,
    "zero width": "a" + "\u200b\u0301" * 5_000 + "b end",
    "wide": "漢字仮名" * 500 + " end",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏽 " * 100 + "end",
    "control characters": "".join(map(chr, range(32))) + "\x7f\u2028\u2029 end",
    "lone surrogate": "a\ud800b end",
    "a carriage return": "shown\rhidden end",
    "nothing": "",
}
UNPAINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_answer_and_prompt_do_no_harm(tmp_path, text):
    storable = text.encode("utf-8", "replace").decode()  # SQLite holds no lone surrogates
    with workspaces.empty(tmp_path / "ws") as store:
        made = workspaces.answers(store, workspaces.model(store), [storable or " "], [storable, "other"])
        workspaces.batch(store, made)
        async with WorkbenchApp(store, "ada", "rate", 1).run_test(size=SMALL) as pilot:
            await readable(pilot)
            lines = screen_text(pilot).split("\n")
            assert len(lines) == 24
            assert not [line for line in lines if UNPAINTABLE.search(line) or cell_len(line) > 80]
            assert any("Does the language read naturally" in line for line in lines)
            await press_saved(pilot, "4")
            assert "saved: fluency 4" in screen_text(pilot)


async def test_markup_in_an_answer_is_shown_as_it_is(tmp_path):
    with workspaces.empty(tmp_path / "ws") as store:
        made = workspaces.answers(store, workspaces.model(store), ["[bold]why[/]?"], [HOSTILE["markup"]])
        workspaces.batch(store, made)
        async with WorkbenchApp(store, "ada", "rate", 1).run_test(size=SMALL) as pilot:
            await readable(pilot)
            assert "[red]x[/red]" in screen_text(pilot)
            assert "[bold]why[/]?" in screen_text(pilot)


async def test_the_end_of_a_very_long_answer_can_be_reached(tmp_path):
    with workspaces.empty(tmp_path / "ws") as store:
        made = workspaces.answers(store, workspaces.model(store), ["?"], ["word " * 20_000 + "the last one"])
        workspaces.batch(store, made)
        async with WorkbenchApp(store, "ada", "rate", 1).run_test(size=SMALL) as pilot:
            screen = await readable(pilot)
            screen.query_one("#answer", Reader).action_bottom()
            await pilot.pause(0.1)
            assert "the last one" in screen_text(pilot)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_line_is_wider_than_asked_nor_longer_than_it_shows(text):
    # four characters a cell at most: text without width would fill one line with megabytes
    assert all(cell_len(line) <= 20 and len(line) <= 80 for line in wrap(text, 20))


def test_wrapping_loses_no_character_but_the_spaces_it_breaks_at():
    text = "one two  three " + "x" * 50 + " 漢字 end"
    assert "".join("".join(wrap(text, 8)).split()) == "".join(text.split())


def test_words_are_kept_whole_where_they_fit():
    assert wrap("one two three", 7) == ["one two", "three"]


def test_an_empty_text_has_one_line():
    assert wrap("", 10) == [""]


async def test_names_from_the_store_are_cleaned_too(tmp_path):
    with workspaces.empty(tmp_path / "ws") as store:
        workspaces.model(store, "evil\x1b[2J[red]name[/red]")
        async with WorkbenchApp(store, "ada").run_test(size=SMALL) as pilot:
            await pilot.pause(0.3)
            assert "evil[red]name[/red]" in screen_text(pilot)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_items_of_a_benchmark_do_no_harm(tmp_path, text):
    storable = text.encode("utf-8", "replace").decode()
    with workspaces.empty(tmp_path / "ws") as store:
        clean = answered_runs.run(store, [0, 1], text=storable)
        answered_runs.run(store, [1, 1], {"perturbation": "typos"}, changed=[0, 1], text=f"x {storable}")
        app = WorkbenchApp(store, "ada")
        async with app.run_test(size=SMALL) as pilot:
            app.show_run(clean.id)
            await painted(pilot, "all items: 2 of 2")
            app.show_stress(clean.id)
            await painted(pilot, "2/2")
            await pilot.press("enter")
            await painted(pilot, "changed items: 2 of 2")
            await pilot.press("enter", "G")
            await painted(pilot, "✗ lost")


async def painted(pilot, words):
    """Wait for the words; nothing but visible characters stands on the screen."""
    await until(pilot, lambda: words in screen_text(pilot))
    lines = screen_text(pilot).split("\n")
    assert not [line for line in lines if UNPAINTABLE.search(line) or cell_len(line) > 80]
