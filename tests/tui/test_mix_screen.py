"""Mixing data sets from Data & models: the form, what a model would see, and the job."""

from __future__ import annotations

import json

import pytest
from pilots import SMALL, screen_text, until

from workbench.store import data
from workbench.store import jobs as queue
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.form import FieldRow
from workbench.tui.screens.mix import MixScreen


@pytest.fixture
def sums(filled, tmp_path):
    """The path of six sums, which are the data set `sums` too."""
    path = tmp_path / "sums.jsonl"
    rows = [{"prompt": f"Double {n}.", "completion": str(2 * n)} for n in range(6)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    data.add(filled, "sums", "completions", 6, "f" * 64, str(path), "sums.jsonl", {})
    return path


async def test_m_mixes_the_set_in_focus(filled, sums):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("d", "j", "m")
        await until(pilot, lambda: isinstance(pilot.app.screen, MixScreen) and pilot.app.screen.query(FieldRow))
        assert pilot.app.screen.query(FieldRow).first().input.value == '"sums" = 1'


async def test_a_preview_shows_the_turns_and_leads_back_to_the_form(filled, sums):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.app.push_screen(MixScreen({"sources": "sums = {quota = 2, shots = 1}"}))
        await until(pilot, lambda: pilot.app.screen.query(FieldRow))
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(pilot.app.screen, DetailScreen) and "row 2: sums" in screen_text(pilot))
        shown = screen_text(pilot)
        assert "2 rows, layout completions" in shown
        roles = [line.split()[0] for line in shown.splitlines() if line.split()]
        assert roles.count("assistant") == 2  # the example before each question
        assert shown.count("Double") == 4
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MixScreen))
    assert queue.recent(filled) == []


async def test_what_cannot_be_mixed_is_said_and_the_form_stays(filled, sums):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.app.push_screen(MixScreen({"sources": "sums = 0"}))
        await until(pilot, lambda: pilot.app.screen.query(FieldRow))
        await pilot.press("f3")
        await until(pilot, lambda: "weight is 0" in screen_text(pilot))
        assert isinstance(pilot.app.screen, MixScreen)
