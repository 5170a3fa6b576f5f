"""The list of batches: progress, pace, who is at work, and new ones."""

from __future__ import annotations

import re

import workspaces
from pilots import SMALL, batches_listed, opened, press_saved, screen_text, until

from workbench.store import batches
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.form import FormScreen
from workbench.tui.screens.rate import RateScreen
from workbench.tui.screens.told import ToldScreen


async def test_progress_pace_and_people_are_shown(filled):
    workspaces.rate(filled, [3] * 15, "ada")
    workspaces.rate(filled, [3] * 6, "bob")
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await batches_listed(pilot)
        shown = screen_text(pilot)
        assert re.search(r"5/8 +\d+ s +\d+ s", shown)  # seconds each, and for the 3 answers that are left
        assert "done: ada 2, bob 1" in shown
        assert "4 items on general, all for everyone" in shown


async def test_flags_and_notes_are_counted_and_lead_to_the_judgments(filled):
    async with WorkbenchApp(filled, "ada", "rate", 1).run_test(size=SMALL) as pilot:
        await press_saved(pilot, "f")
        await pilot.press("n", *"made up", "enter")
        await until(pilot, lambda: "saved: note" in screen_text(pilot))
        await pilot.press("escape")
        await opened(pilot)
        await pilot.press("o")
        await until(pilot, lambda: "said beside (f shows it): ada 1 flag, 1 note" in screen_text(pilot))
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.screen, ToldScreen) and "judgments: " in screen_text(pilot))
        assert "note: m…" in screen_text(pilot)


async def test_c_opens_the_form_that_takes_in_answers_made_elsewhere(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await batches_listed(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        assert pilot.app.screen.kind == "import-completions"


async def test_enter_goes_on_judging(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await batches_listed(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RateScreen))


async def test_n_and_a_open_the_forms_with_the_batch_in_focus(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        for key, kind in (("n", "make-batch"), ("a", "adjudicate")):
            await batches_listed(pilot)
            await pilot.press(key)
            await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
            assert (pilot.app.screen.kind, pilot.app.screen._given) == (kind, {"batch": "1"})
            await pilot.press("escape", "escape")


async def test_a_batch_of_pairs_is_made_by_keys(filled_and_working):
    async with WorkbenchApp(filled_and_working, "ada").run_test(size=SMALL) as pilot:
        await batches_listed(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        await pilot.press("f2")
        await until(pilot, lambda: "done" in screen_text(pilot))
    made = batches.all_batches(filled_and_working)[0]
    assert (made.mode, made.overlap_raters) == ("pairs", 2)
