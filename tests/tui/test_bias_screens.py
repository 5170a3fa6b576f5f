"""Bias and rounds on screen: each number leads to its texts, and says in words what can be seen."""

from __future__ import annotations

import evaluated
import workspaces
from pilots import LARGE, SMALL, opened, screen_text, until

from workbench.store import jobs, models
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.bias import BiasScreen
from workbench.tui.screens.rated import RatedScreen
from workbench.tui.screens.round import RoundScreen
from workbench.tui.screens.twins import TwinsScreen
from workbench.tui.widgets.table import Table


async def test_a_measure_leads_to_its_twins_and_back(filled):
    evaluated.bias(filled, models.by_name(filled, "smollm2"), [1.0] * 12)
    async with WorkbenchApp(filled, "ada").run_test(size=LARGE) as pilot:
        await opened(pilot)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, BiasScreen) and "▼ found" in screen_text(pilot))
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, TwinsScreen) and "+1.000" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "«Kevin» said that «he» slept." in screen_text(pilot))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BiasScreen))
        assert pilot.app.screen.query_one(Table).cursor == 1


async def test_nothing_to_be_seen_is_said_in_words(filled):
    evaluated.bias(filled, models.by_name(filled, "smollm2"), [1.0, -1.0] * 6)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("i")
        await until(pilot, lambda: "would have shown" in screen_text(pilot))


async def test_a_number_of_home_is_two_keys_from_its_items(filled):
    evaluated.everything(filled, models.by_name(filled, "smollm2"))
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await until(pilot, lambda: ".50 .24–.76" in screen_text(pilot))  # Wilson for 5 of 10: .237 to .763
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RoundScreen) and "lineage" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "Question 0?" in screen_text(pilot))


async def test_measuring_a_round_queues_what_is_missing(filled):
    first = models.by_name(filled, "smollm2")
    workspaces.model(filled, "smollm2-dpo-1", parent=first)
    workspaces.rate(filled, [3] * 24)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "measure smollm2-dpo-1" in screen_text(pilot))
        await pilot.press("n")
        await until(pilot, lambda: len(jobs.recent(filled)) == 6)


async def test_the_mean_rating_leads_to_its_judgments(filled):
    workspaces.rate(filled, [3] * 12)
    async with WorkbenchApp(filled, "ada").run_test(size=LARGE) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "mean of the criteria" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RatedScreen) and "3.00" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "judgments of" in screen_text(pilot) and ", judgment " in screen_text(pilot))
