"""The kiosk: judging, and no way to anything else, whatever key is pressed."""

from __future__ import annotations

import string

import pytest
import workspaces
from pilots import SMALL, events, press_saved, readable, screen_text, until
from textual import events as messages
from textual.keys import Keys

from workbench.records import BatchSettings, NewItem
from workbench.store import batches, settings
from workbench.tui.actions import in_scopes
from workbench.tui.kiosk import _IN_A_NOTE, KioskApp
from workbench.tui.screens.confirm import ConfirmScreen
from workbench.tui.screens.kiosk import LOOK_SECONDS, KioskRateScreen, KioskScreen, KioskVersusScreen

EVERY = sorted(
    {*string.ascii_letters, *string.digits, *(key.value for key in Keys), *"?:/+-=<>.,;!@#$%^&*()[]{}|\\~`'\""}
)
EVERY = [key for key in EVERY if not key.startswith("<")]


def kiosk(store, batch=None, start="rate"):
    return KioskApp(store, "ada", start, batch).run_test(size=SMALL)


async def test_it_opens_the_batch_and_rates(filled):
    async with kiosk(filled) as pilot:
        await press_saved(pilot, "4")
        assert "saved: fluency 4" in screen_text(pilot)
        keys = screen_text(pilot).splitlines()[-1]
        assert ("ctrl+q leave" in keys, "help" in keys, "back" in keys) == (True, False, False)


async def test_an_adjudication_opens_for_the_one_who_was_given_its_number_alone(filled):
    workspaces.rate(filled, [5] * 24, "ada")
    workspaces.rate(filled, [2] * 24, "bob")
    batches.add(filled, "disputes", 1, 0, [NewItem(1, (1, 2), 1)], None, BatchSettings(adjudicates=1))
    async with kiosk(filled) as pilot:
        await until(pilot, lambda: "Nothing is left to judge" in screen_text(pilot))
        await pilot.pause(LOOK_SECONDS + 0.3)
        assert isinstance(pilot.app.screen, KioskScreen)
    async with kiosk(filled, batch=2) as pilot:
        await readable(pilot)
        assert "Adjudicate batch 1 · " in screen_text(pilot)


async def judging(pilot):
    await readable(pilot)


async def examples(pilot):
    await readable(pilot)
    await pilot.press("a")
    await until(pilot, lambda: "examples of fluency" in screen_text(pilot))


async def note(pilot):
    await readable(pilot)
    await pilot.press("n")
    await until(pilot, lambda: "enter keep" in screen_text(pilot))


async def not_saved(pilot):
    screen = await readable(pilot)
    screen._thread._thread._store.connection.execute("PRAGMA query_only=ON")
    await pilot.press("4")
    await until(pilot, lambda: "NOT SAVED" in screen_text(pilot))


async def question(pilot):
    await not_saved(pilot)
    await pilot.press("ctrl+q")
    await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))


async def done(pilot):
    await press_saved(pilot, "3")
    await until(pilot, lambda: "Nothing is left to judge in this batch" in screen_text(pilot))


async def waiting(pilot):
    await done(pilot)
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, KioskScreen))


# what is on the screen -> the way there, the command, and the scopes whose keys mean something there
STATES = {
    "Rate": (judging, "rate", ("rate", "judging")),
    "Versus": (judging, "versus", ("versus", "judging")),
    "examples": (examples, "rate", ("rate", "judging")),
    "NOT SAVED": (not_saved, "rate", ("rate", "judging")),
    "question": (question, "rate", ("confirm",)),
    "done": (done, "rate", ("rate", "judging")),
    "wait": (waiting, "rate", ()),
    "note": (note, "rate", ("note",)),
}


@pytest.mark.parametrize("state", STATES)
async def test_every_other_key_does_nothing(filled, state):
    come, start, scopes = STATES[state]
    workspaces.pairs(filled, workspaces.answers(filled, workspaces.model(filled, "other")))
    if come in (done, waiting):
        workspaces.rate(filled, [3] * 23)
    meant = {key for action in in_scopes(*scopes) if action.id != "export" for key in action.keys}
    others = [key for key in EVERY if key not in meant | {"ctrl+q", "escape"} and not (state == "note" and typed(key))]
    assert len(others) > (70 if state == "note" else 150)
    async with kiosk(filled, start=start) as pilot:
        await come(pilot)
        screen, before, stored = pilot.app.screen, screen_text(pilot), events(filled)
        for key in others:
            await pilot.press(key)
            assert pilot.app.screen is screen, key
        pilot.app.post_message(messages.Paste("pasted"))
        await until(pilot, lambda: screen_text(pilot) == before)  # while it tries again to save it says so
        assert (events(filled), pilot.app.clipboard, pilot.app.is_running) == (stored, "", True)


def typed(key):
    """Whether it is a letter of a note, or moves in it."""
    event = messages.Key(key, key if len(key) == 1 else None)
    return event.is_printable or key in _IN_A_NOTE or key == "space"


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
