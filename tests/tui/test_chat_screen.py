"""Chat on screen with a real model in its own process, which ends with the screen."""

from __future__ import annotations

import pytest
import workspaces
from pilots import SMALL, opened, screen_text, until
from textual.widgets import Input

from workbench.models.tiny import make
from workbench.store import models
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.chat import ChatScreen


@pytest.fixture
def with_tiny(tmp_path):
    with workspaces.empty(tmp_path / "ws") as store:
        models.add(store, "tiny", "tiny", "embedded", str(make(tmp_path / "tiny")), "of tiny")
        yield store


async def ready(pilot) -> ChatScreen:
    await opened(pilot)
    await pilot.press("c")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChatScreen))
    await until(pilot, lambda: not pilot.app.screen._loading, seconds=120)
    return pilot.app.screen


async def test_an_answer_stands_below_what_was_asked(with_tiny):
    async with WorkbenchApp(with_tiny, "ada").run_test(size=SMALL) as pilot:
        screen = await ready(pilot)
        await pilot.press(*"hqr", "enter")
        await until(pilot, lambda: [turn.role for turn in screen._said] == ["user", "assistant"], seconds=60)
        assert screen._said[0].content == "hqr"  # letters are typed: none of them left the screen
        assert screen.copied() == screen._said[1].content
        assert "you" in screen_text(pilot)
        await pilot.press("ctrl+n")
        assert screen._said == []


async def test_what_is_sent_while_the_model_loads_is_asked_then(with_tiny):
    async with WorkbenchApp(with_tiny, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChatScreen))
        await pilot.press("a", "enter")
        screen = pilot.app.screen
        await until(pilot, lambda: [turn.role for turn in screen._said] == ["user", "assistant"], seconds=120)


async def test_leaving_ends_the_process_of_the_model(with_tiny):
    async with WorkbenchApp(with_tiny, "ada").run_test(size=SMALL) as pilot:
        screen = await ready(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ChatScreen))
        await until(pilot, lambda: not screen._chat.alive)


async def test_a_model_that_is_not_there_is_said_and_asked_nothing(with_tiny):
    with with_tiny.write() as db:
        db.execute("UPDATE models SET path = '/nowhere/at/all'")
    async with WorkbenchApp(with_tiny, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("c")
        await until(pilot, lambda: "no answer" in screen_text(pilot), seconds=60)
        await pilot.press("x", "enter")
        assert pilot.app.screen._said == []


async def test_another_model_answers_and_what_was_said_stays(with_tiny, tmp_path):
    models.add(with_tiny, "other", "other", "folder", str(make(tmp_path / "other", seed=1)), "of other")
    async with WorkbenchApp(with_tiny, "ada").run_test(size=SMALL) as pilot:
        screen = await ready(pilot)
        wanted = {"tiny": "other", "other": "tiny"}[screen.model]
        await pilot.press("a", "enter")
        await until(pilot, lambda: len(screen._said) == 2, seconds=60)
        await pilot.press("ctrl+o", "down", "enter")  # the model that answers stands first
        await until(pilot, lambda: screen.model == wanted, seconds=120)
        assert f"Chat with {wanted}" in screen_text(pilot)
        assert len(screen._said) == 2


async def test_what_was_sent_to_a_model_that_never_came_goes_back_into_the_line(with_tiny):
    models.add(with_tiny, "gone", "gone", "embedded", "/nowhere/at/all", "of gone")
    async with WorkbenchApp(with_tiny, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        pilot.app.show_chat("tiny")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChatScreen))
        screen = pilot.app.screen
        await until(pilot, lambda: not screen._loading, seconds=120)
        line = screen.query_one(Input)
        line.value = "hqr"
        screen._switch_to("gone")
        await line.action_submit()
        await until(pilot, lambda: not screen._loading, seconds=60)
        assert line.value == "hqr"
        await pilot.press("enter")
        await until(pilot, lambda: [turn.content for turn in screen._said][:1] == ["hqr"], seconds=60)
