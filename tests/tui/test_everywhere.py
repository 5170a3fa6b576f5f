"""Keys that work on every screen."""

from __future__ import annotations

import json

import pytest
import workspaces
from pilots import LARGE, SMALL, opened, readable, screen_text, until

from workbench.store import data
from workbench.tui.actions import ACTIONS, in_scopes
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.batches import BatchesScreen
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.form import FormScreen
from workbench.tui.screens.help import HelpScreen, help_passages
from workbench.tui.screens.home import HomeScreen
from workbench.tui.screens.train import TrainScreen


def test_help_names_every_action_whatever_screen_it_is_asked_on():
    told = {passage.text for passage in help_passages(HomeScreen.scopes)}
    assert {action.help for action in ACTIONS} <= told


async def test_help_starts_with_the_keys_of_the_screen(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        assert "do the next sensible step" in screen_text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))


async def test_y_copies_the_answer_that_is_rated(filled):
    app = WorkbenchApp(filled, "ada", "rate", 1)
    async with app.run_test(size=SMALL) as pilot:
        screen = await readable(pilot)
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard)
        assert app.clipboard == screen._view.place.completion.text


async def test_y_copies_the_name_of_the_model_in_focus(filled):
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("y")
        assert app.clipboard == "smollm2"


async def test_the_palette_offers_what_applies_here(filled):
    async with WorkbenchApp(filled, "ada", "rate", 1).run_test(size=SMALL) as pilot:
        await readable(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "skip  (s space)" in screen_text(pilot))
        assert "next step" not in screen_text(pilot)


async def test_data_lists_models_and_data_sets_and_opens_them(filled, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"prompt": f"Why {n}?", "kind": None if n else "x"}) + "\n" for n in range(3)))
    data.add(filled, "mine", "prompts", 3, "f" * 64, str(path), "rows.jsonl", {"what": "three questions"})
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: "prompts, 3 rows" in screen_text(pilot))
        await pilot.press("G", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DetailScreen))
        await until(pilot, lambda: "three questions" in screen_text(pilot))
        assert "text, in 1 of 3 rows" in screen_text(pilot)
        await pilot.press("G")
        await until(pilot, lambda: "Why 2?" in screen_text(pilot))


async def test_a_data_set_whose_file_is_gone_says_so(filled):
    data.add(filled, "mine", "prompts", 3, "f" * 64, "/nowhere/f.jsonl", "rows.jsonl", {})
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: "prompts, 3 rows" in screen_text(pilot))
        await pilot.press("G", "enter")
        await until(pilot, lambda: "There is no file /nowhere/f.jsonl" in screen_text(pilot))


async def test_the_data_set_in_focus_is_exported(filled):
    data.add(filled, "mine", "prompts", 3, "f" * 64, "/nowhere/f.jsonl", "rows.jsonl", {})
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: "prompts, 3 rows" in screen_text(pilot))
        await pilot.press("G", "x")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen) and pilot.app.screen.query("Input"))
        assert [box.value for box in pilot.app.screen.query("Input")] == ["mine", "jsonl", ""]


async def test_adding_data_opens_its_form(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("d", "a")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        assert pilot.app.screen.kind == "import-data"


async def test_details_of_a_model_are_shown_in_full(filled):
    workspaces.model(filled, "trained", seed=42, params={"beta": 0.1})
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("G", "enter")
        await until(pilot, lambda: "lineage" in screen_text(pilot))
        await pilot.press("G", "enter")
        await until(pilot, lambda: json.dumps({"beta": 0.1}, separators=(",", ":")) in screen_text(pilot))


@pytest.mark.parametrize("letter", [action for action in in_scopes("screens") if action.label], ids=lambda one: one.id)
async def test_no_label_of_a_letter_is_cut_at_80_columns(filled, letter):
    labels = [action.footer() for action in in_scopes("screens") if action.label]
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press(letter.keys[0])
        await pilot.pause(0.2)
        first = screen_text(pilot).splitlines()[0]
        assert [label for label in labels if f" {label} " not in first] == ([] if letter.id != "rate" else labels)


async def test_where_there_is_room_whose_workspace_it_is_stands_beside_the_letters(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=LARGE) as pilot:
        await opened(pilot)
        assert screen_text(pilot).splitlines()[0].endswith("ws · ada ")


async def test_where_there_is_room_the_first_line_names_the_program(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=LARGE) as pilot:
        await opened(pilot)
        assert screen_text(pilot).splitlines()[0].startswith(" workbench ")


async def test_esc_on_a_letters_own_screen_leads_home_whatever_was_open_there(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, BatchesScreen))
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, TrainScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
