"""What the ratings say, on screen: the view's numbers, down to the judgment."""

from __future__ import annotations

import pytest
import workspaces
from pilots import LARGE, SMALL, screen_text, shown, until

from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.agree import AgreeScreen
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.told import ToldScreen
from workbench.views.agree import Question, agree

SCORES = [5, 4, 5, 2, 1, 2, 3, 3, 3]


async def test_every_number_is_that_of_the_view(filled):
    workspaces.rate(filled, SCORES)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "general · human: ada · 9 scores, 0 comparisons")
        text = screen_text(pilot)
        for one in agree(filled, Question(asker="ada")).findings:
            if one.value.n:
                line = next(line for line in text.splitlines() if f" {one.name} " in line)
                assert one.words in line


async def test_models_are_hidden_until_the_batch_is_done(filled):
    workspaces.rate(filled, SCORES)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "1 model hidden until done")
        assert "smollm2" not in screen_text(pilot).split("\n", 1)[1]
        workspaces.rate(filled, [3] * 15)
        await shown(pilot, "mean/smollm2")
        assert "hidden" not in screen_text(pilot)


async def test_one_batch_is_picked_and_brings_its_rubric_along(filled):
    workspaces.rate(filled, SCORES)
    made = workspaces.answers(filled, workspaces.model(filled, "other"))
    workspaces.rate(filled, [5, 2], batch_id=workspaces.batch(filled, made, "second", "overall").id)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "overall · human: ada · 2 scores")
        await pilot.press("p")
        await shown(pilot, "Judgments of which batch?")
        await pilot.press("G", "enter")  # the oldest, on the other rubric
        await shown(pilot, "general · batch 1 · human: ada · 9 scores")
        await pilot.press("p")
        await shown(pilot, "Judgments of which batch?")
        await pilot.press("g", "enter")
        await shown(pilot, "overall · human: ada · 2 scores")


async def test_the_planned_difference_is_turned_by_keys(filled):
    workspaces.rate(filled, SCORES)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "for a difference of 0.5 points (+ -)")
        for key, points in (("plus", 0.6), ("minus", 0.5), ("minus", 0.4)):
            await pilot.press(key)
            await shown(pilot, f"for a difference of {points} points")
            assert pilot.app.screen._found.question.difference == points


async def test_enter_leads_to_the_judgments_and_to_one_of_them_and_back_to_the_same_row(filled):
    workspaces.rate(filled, SCORES)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "scale/ada")
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ToldScreen))
        heading = pilot.app.screen.heading()
        await shown(pilot, "judgments: ")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DetailScreen))
        await shown(pilot, "rater            ada")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, AgreeScreen))
        assert f"▸ {heading}" in screen_text(pilot)


async def test_a_new_judgment_is_counted(filled):
    workspaces.rate(filled, SCORES[:3])
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "3 scores")
        workspaces.rate(filled, SCORES[3:6])
        await shown(pilot, "6 scores")


async def test_without_a_rating_it_says_so(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "No human rater has judged on general yet.")
        await shown(pilot, "Nothing can be said yet")


async def test_other_kinds_of_raters_are_a_key_away(filled):
    workspaces.rate(filled, SCORES)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "general · human: ada")
        await pilot.press("m")
        await shown(pilot, "general · human and model: ada")


@pytest.mark.parametrize("terminal_size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_what_it_looks_like(snap_compare, filled, terminal_size):
    workspaces.rate(filled, [5, 4, 5, 2, 1, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 1, 2, 1])

    async def look(pilot):
        await pilot.press("l")
        await shown(pilot, "scale/ada")

    assert snap_compare(WorkbenchApp(filled, "ada"), terminal_size=terminal_size, run_before=look)


async def test_a_key_between_counting_and_painting_does_no_harm(filled):
    workspaces.rate(filled, SCORES)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "9 scores")
        screen = pilot.app.screen
        screen._raters, screen._batch = 1, 1
        with filled.write() as db:
            db.execute("UPDATE raters SET kind = 'imported'")
        screen.look(filled)  # as in the other thread: nobody of these kinds is left, and the old rows still stand
        await pilot.press("down", "enter")
        await pilot.pause(0.1)
        assert pilot.app.screen is screen


async def test_a_foreign_name_paints_nothing(filled):
    workspaces.rate(filled, SCORES, rater="a\x1b[31mda\x07")
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "9 scores")
        await until(pilot, lambda: "scale/ada 1 / 2 / 3" in screen_text(pilot))
        assert "\x1b" not in screen_text(pilot)
