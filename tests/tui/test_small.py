"""Below 80x24 there is one honest line, and no key reaches what cannot be seen."""

from __future__ import annotations

import pytest
from pilots import SMALL, events, readable, screen_text, until

from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.home import HomeScreen
from workbench.tui.screens.rate import RateScreen


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (20, 5)])
async def test_one_line_says_what_is_needed(filled, size):
    async with WorkbenchApp(filled, "ada").run_test(size=size) as pilot:
        await until(pilot, lambda: "needed" in screen_text(pilot))
        said = " ".join(screen_text(pilot).split())
        assert said == f"80x24 needed; this is {size[0]}x{size[1]}"


async def test_rating_comes_back_when_there_is_room_again(filled):
    async with WorkbenchApp(filled, "ada", "rate", 1).run_test(size=SMALL) as pilot:
        await readable(pilot)
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: "80x24 needed; this is 60x20" in screen_text(pilot))
        await pilot.press("4", "escape", "q")
        await pilot.resize_terminal(*SMALL)
        await until(pilot, lambda: isinstance(pilot.app.screen, RateScreen))
        assert "▸ fluency –" in screen_text(pilot)
    assert events(filled) == 0


async def test_what_was_opened_where_there_was_no_room_leaves_nothing_in_the_way(filled):
    async with WorkbenchApp(filled, "ada", "rate", 1).run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, RateScreen))
        await pilot.resize_terminal(*SMALL)
        await readable(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
        assert "needed" not in screen_text(pilot)
