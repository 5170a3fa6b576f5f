"""Models that judge a batch beside people: from the list of batches, down to the judgments."""

from __future__ import annotations

import given
import pytest
import workspaces
from pilots import LARGE, SMALL, batches_listed, screen_text, until

from workbench.store import batches, judgments
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.form import FormScreen
from workbench.tui.screens.told import ToldScreen

JUDGE = "small (judge, logprobs)"
POINTS = {1: (1, 5, 3), 2: (2, 4, 3), 3: (4, 2, 3), 4: (5, 1, 3)}


@pytest.fixture
def judged(tmp_path):
    """Four answers that ada and a model gave the same points."""
    with workspaces.empty(tmp_path / "ws") as store:
        batch = given.batch(store, [[f"answer {n}"] for n in POINTS])
        judgments.add_rater(store, JUDGE, "model")
        for rater in ("ada", JUDGE):
            given.judged(store, batch, POINTS, rater)
        yield store


async def judges(pilot):
    await batches_listed(pilot)
    await pilot.press("m")
    await until(pilot, lambda: "Models that judged batch 1" in screen_text(pilot))


async def test_each_model_stands_beside_each_person_and_enter_shows_its_judgments(judged):
    async with WorkbenchApp(judged, "ada").run_test(size=SMALL) as pilot:
        await judges(pilot)
        await until(pilot, lambda: "weighted kappa 1.000" in screen_text(pilot))
        assert "with ada on fluency, 4 answers" in screen_text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ToldScreen) and "answer 4" in screen_text(pilot))
        assert "judgments: 4 of 4" in screen_text(pilot)


async def test_why_a_number_is_missing_is_said(judged):
    async with WorkbenchApp(judged, "ada").run_test(size=SMALL) as pilot:
        await judges(pilot)
        await until(pilot, lambda: "relevance" in screen_text(pilot))
        await pilot.press("G")
        await until(pilot, lambda: "no variation: a rater gave 3 throughout" in screen_text(pilot))


async def test_a_model_that_judged_alone_is_shown(filled):
    judgments.add_rater(filled, JUDGE, "model")
    given.judged(filled, batches.by_id(filled, 1), {1: (1, 2, 3)}, JUDGE)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await judges(pilot)
        await until(pilot, lambda: "3 judgments by small (judge, logprobs); no person has judged" in screen_text(pilot))


async def test_n_opens_the_form_of_the_job_with_the_batch(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await judges(pilot)
        await until(pilot, lambda: "No model has judged this batch yet." in screen_text(pilot))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        assert (pilot.app.screen.kind, pilot.app.screen._given) == ("judge", {"batch": "1"})


@pytest.mark.parametrize("terminal_size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_what_it_looks_like(snap_compare, judged, terminal_size):
    async def look(pilot):
        await judges(pilot)
        await until(pilot, lambda: "weighted kappa 1.000" in screen_text(pilot))

    assert snap_compare(WorkbenchApp(judged, "ada"), terminal_size=terminal_size, run_before=look)
