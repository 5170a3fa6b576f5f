"""From the last rating to a queued DPO round: how many keys it takes, and no file to edit."""

from __future__ import annotations

import workspaces
from pilots import SMALL, press_saved, screen_text, until

from workbench.spec import JobSpec
from workbench.store import jobs
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.confirm import ConfirmScreen
from workbench.tui.screens.export import ExportScreen
from workbench.tui.screens.form import FormScreen
from workbench.worker.locks import LaneLock

# A pair an item: margins 3, 0, 8/3 and 0; the last digit is left to be given.
SCORES = [5, 4, 5, 2, 1, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 1, 2, 1, 5, 5, 5, 5, 5]
AFTER = ("e", "x", "y", "ctrl+s")  # export, write, train on them, start


async def test_four_keys_lead_from_the_last_rating_to_a_queued_round(filled_and_working):
    store = filled_and_working
    workspaces.rate(store, SCORES)
    training = LaneLock(store.workspace, "heavy")  # the export runs; what it leads to stays queued
    assert training.acquire()
    async with WorkbenchApp(store, "ada", "rate", 1).run_test(size=SMALL) as pilot:
        await press_saved(pilot, "5")
        export, write, train, start = AFTER
        await pilot.press(export)
        await until(pilot, lambda: isinstance(pilot.app.screen, ExportScreen) and "2 pairs" in screen_text(pilot))
        await pilot.press(write)
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), seconds=60)
        await pilot.press(train)
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        await pilot.press(start)
        await until(pilot, lambda: any(job.kind == "train-dpo" for job in jobs.recent(store)))
    training.release()
    queued = jobs.recent(store)[0]
    assert (queued.state, JobSpec.from_json(queued.spec).params["data"]) == ("queued", "preferences-1")
    assert len(AFTER) <= 5
