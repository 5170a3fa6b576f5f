"""What the ratings say, on screen: the view's numbers, down to the judgment."""

from __future__ import annotations

import pytest
import workspaces
from pilots import LARGE, SMALL, screen_text, until

from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.agree import AgreeScreen
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.told import ToldScreen
from workbench.views.agree import Question, agree

SCORES = [5, 4, 5, 2, 1, 2, 3, 3, 3]


async def shown(pilot, words):
    await until(pilot, lambda: words in screen_text(pilot))


async def test_every_number_is_that_of_the_view(filled):
    workspaces.rate(filled, SCORES)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await shown(pilot, "general · human: ada · 9 scores, 0 comparisons")
        text = screen_text(pilot)
        for one in agree(filled, Question()).findings:
            if one.value.n:
                line = next(line for line in text.splitlines() if f" {one.name} " in line)
                assert one.words in line


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
