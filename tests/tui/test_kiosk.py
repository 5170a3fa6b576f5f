"""The kiosk: judging, and no way to anything else, whatever key is pressed."""

from __future__ import annotations

import string

import pytest
import workspaces
from pilots import SMALL, events, press_saved, readable, screen_text, until
from textual import events as messages
from textual.keys import Keys

from workbench.store import settings
from workbench.tui.actions import ACTIONS
from workbench.tui.kiosk import KioskApp
from workbench.tui.screens.kiosk import KioskRateScreen, KioskScreen, KioskVersusScreen

MEANT = {action_key for action in ACTIONS if action.scope in ("rate", "judging") for action_key in action.keys} - {"e"}
EVERY = sorted(
    {*string.ascii_letters, *string.digits, *(key.value for key in Keys), *"?:/+-=<>.,;!@#$%^&*()[]{}|\\~`'\""}
)
ELSE = [key for key in EVERY if key not in MEANT and key not in ("ctrl+q", "escape") and not key.startswith("<")]


def kiosk(store, batch=None, start="rate"):
    return KioskApp(store, "ada", start, batch).run_test(size=SMALL)


async def test_it_opens_the_batch_and_rates(filled):
    async with kiosk(filled) as pilot:
        await press_saved(pilot, "4")
        assert "saved: fluency 4" in screen_text(pilot)
        keys = screen_text(pilot).splitlines()[-1]
        assert ("ctrl+q leave" in keys, "help" in keys, "back" in keys) == (True, False, False)


async def test_every_other_key_does_nothing(filled):
    async with kiosk(filled) as pilot:
        screen = await readable(pilot)
        before = screen_text(pilot)
        assert len(ELSE) > 150
        for key in ELSE:
            await pilot.press(key)
            assert pilot.app.screen is screen, key
        assert pilot.app.screen is screen
        assert screen_text(pilot) == before
        assert (events(filled), pilot.app.clipboard, pilot.app.is_running) == (0, "", True)


async def test_esc_does_not_leave_the_answer(filled):
    async with kiosk(filled) as pilot:
        await readable(pilot)
        await pilot.press("escape", "escape")
        assert isinstance(pilot.app.screen, KioskRateScreen)


async def test_a_note_takes_letters_but_no_paste(filled):
    async with kiosk(filled) as pilot:
        await readable(pilot)
        await pilot.press("n", *"quit")
        pilot.app.post_message(messages.Paste("pasted"))
        await pilot.press("ctrl+v", "ctrl+p", "f1", "enter")
        await until(pilot, lambda: "note: quit" in screen_text(pilot))
        assert isinstance(pilot.app.screen, KioskRateScreen)


async def test_resize_shows_the_answer_again(filled):
    async with kiosk(filled) as pilot:
        await readable(pilot)
        await pilot.resize_terminal(60, 20)
        await pilot.resize_terminal(*SMALL)
        await press_saved(pilot, "3")


async def test_where_nothing_is_left_there_is_no_export_and_the_next_batch_opens(filled):
    workspaces.rate(filled, [3] * 23)
    workspaces.batch(filled, workspaces.answers(filled, workspaces.model(filled, "other")), "second")
    async with kiosk(filled, 1) as pilot:
        await press_saved(pilot, "3")
        await until(pilot, lambda: "Nothing is left to judge" in screen_text(pilot))
        assert "export" not in screen_text(pilot)
        await pilot.press("e")
        assert isinstance(pilot.app.screen, KioskRateScreen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, KioskScreen))
        await pilot.pause(1.2)
        assert isinstance(pilot.app.screen, KioskScreen)  # batch 2 is not this session's


async def test_a_new_batch_appears_by_itself(empty):
    async with kiosk(empty) as pilot:
        await until(pilot, lambda: "Nothing is left to judge" in screen_text(pilot))
        workspaces.batch(empty, workspaces.answers(empty, workspaces.model(empty)))
        pilot.app.refresh_screen()
        await until(pilot, lambda: isinstance(pilot.app.screen, KioskRateScreen))


async def test_pairs_open_for_versus_alone(filled):
    workspaces.pairs(filled, workspaces.answers(filled, workspaces.model(filled)))
    async with kiosk(filled, start="versus") as pilot:
        await readable(pilot)
        assert isinstance(pilot.app.screen, KioskVersusScreen)


@pytest.mark.parametrize("start", ["rate", "versus"])
async def test_ctrl_q_ends_the_session(filled, start):
    settings.put(filled, settings.BREAK_MINUTES, "0")
    async with kiosk(filled, start=start) as pilot:
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not pilot.app.is_running)
