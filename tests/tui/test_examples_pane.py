"""The rubric's examples, opened and closed by one key; no rating key is swallowed while they hide the texts."""

from __future__ import annotations

import pytest
import workspaces
from pilots import LARGE, SMALL, events, press_saved, readable, screen_text, until

from workbench import rubrics
from workbench.tui.app import WorkbenchApp
from workbench.tui.kiosk import KioskApp

LINES = "\n".join(f"line {number}" for number in range(1, 31))


def criteria(store):
    return rubrics.load("general", store.workspace).criteria


def judging(store, app=WorkbenchApp, start="rate", size=SMALL):
    return app(store, "ada", start, 1).run_test(size=size)


def words(passages):
    return " ".join(passages.split())


@pytest.mark.parametrize("app", [WorkbenchApp, KioskApp])
async def test_the_criterion_in_focus_shows_what_was_asked_and_an_answer_for_each_point(filled, app):
    async with judging(filled, app) as pilot:
        screen = await readable(pilot)
        assert "a examples" in screen_text(pilot)
        await press_saved(pilot, "4")  # coherence is next
        await pilot.press("a")
        await until(pilot, lambda: "examples of coherence" in screen_text(pilot))
        shown = words(screen.query_one("#examples").text)
        coherence = criteria(filled)[1]
        assert coherence.name == "coherence"
        for text in (coherence.prompt, *coherence.anchors, *coherence.examples):
            assert words(text) in shown


@pytest.mark.parametrize("key", ["a", "escape"])
@pytest.mark.parametrize("app", [WorkbenchApp, KioskApp])
async def test_the_same_key_or_esc_leads_back_to_the_same_line_of_the_answer(tmp_path, app, key):
    with workspaces.empty(tmp_path / "ws") as store:
        workspaces.batch(store, workspaces.answers(store, workspaces.model(store), ["Why?"], [LINES]))
        async with judging(store, app) as pilot:
            await readable(pilot)
            await pilot.press("pagedown")
            await until(pilot, lambda: "lines 10–19 of 30" in screen_text(pilot))
            await pilot.press("a")
            await until(pilot, lambda: "examples of fluency" in screen_text(pilot))
            assert "line 12" not in screen_text(pilot)
            await pilot.press(key)
            await until(pilot, lambda: "lines 10–19 of 30" in screen_text(pilot))
            assert "line 12" in screen_text(pilot)


async def test_they_scroll_by_the_keys_of_the_answer(filled):
    async with judging(filled) as pilot:
        await readable(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "lines 1–" in screen_text(pilot))
        await pilot.press("pagedown", "j")
        await until(pilot, lambda: "examples of fluency" in screen_text(pilot) and "lines 1–" not in screen_text(pilot))


@pytest.mark.parametrize(
    ("start", "keys"),
    [("rate", {"3": "key 3", "s": "skip", "u": "undo", "f": "flag", "n": "note", "x": "diff", "p": "prompt"}),
     ("versus", {"1": "key 1", "s": "skip"})],
)  # fmt: skip
async def test_a_rating_key_is_refused_aloud_while_the_texts_cannot_be_seen(tmp_path, start, keys):
    with workspaces.empty(tmp_path / "ws") as store:
        made = workspaces.answers(store, workspaces.model(store))
        (workspaces.batch if start == "rate" else workspaces.pairs)(store, made)
        async with judging(store, start=start) as pilot:
            await readable(pilot)
            await pilot.press("a")
            for key, name in keys.items():
                await pilot.press(key)
                said = f"{name} not taken: a or esc closes the examples first"
                await until(pilot, lambda said=said: said in screen_text(pilot))
        assert events(store) == 0


async def test_a_digit_that_comes_with_the_closing_key_is_not_taken(filled):
    async with judging(filled) as pilot:
        await readable(pilot)
        await pilot.press("a", "a", "4")
        await until(pilot, lambda: "key 4 not taken: too soon after the examples" in screen_text(pilot))
        await pilot.pause(0.4)
        await press_saved(pilot, "4")
    assert events(filled) == 1


async def test_reading_them_is_time_given_to_the_answer(filled):
    async with judging(filled) as pilot:
        await readable(pilot)
        await pilot.press("a")
        await pilot.pause(0.8)
        await pilot.press("a")
        await pilot.pause(0.4)
        await press_saved(pilot, "4")
    assert filled.value("SELECT milliseconds FROM judgments") >= 1200  # the 0.8 s and the 0.4 s


async def test_versus_shows_the_examples_of_every_criterion(tmp_path):
    with workspaces.empty(tmp_path / "ws") as store:
        workspaces.pairs(store, workspaces.answers(store, workspaces.model(store)))
        async with judging(store, start="versus") as pilot:
            screen = await readable(pilot)
            assert "a examples" in screen_text(pilot)
            await pilot.press("a")
            await until(pilot, lambda: "examples of every criterion" in screen_text(pilot))
            shown = words(screen.query_one("#examples").text)
            assert all(words(example) in shown for one in criteria(store) for example in one.examples)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_what_it_looks_like(snap_compare, filled, size):
    async def open_them(pilot):
        await readable(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "examples of fluency" in screen_text(pilot))

    assert snap_compare(WorkbenchApp(filled, "ada", "rate", 1), terminal_size=size, run_before=open_them)
