"""The terminal loads nothing heavy: it shows, asks and rates, and workers do the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import answered_runs
import workspaces

HEAVY = {"torch", "transformers", "trl", "peft", "datasets", "evaluate", "lm_eval", "accelerate"}
HOME_ALSO = {"numpy", "pandas", "sqlite_utils", "pydantic", "textual_plotext", "tomllib"}
PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from workbench.workspace import Workspace
from workbench.store import open_store
from workbench.tui.app import WorkbenchApp

async def visit(store):
    app = WorkbenchApp(store, "ada")
    app._sweep = lambda: None  # it looks for lost jobs, after the first paint
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.5)
        home = sorted(sys.modules)
        from workbench import jobs
        from workbench.tui.screens.mix import MixScreen
        for letter in "wtdbsr":
            await pilot.press(letter)
            await pilot.pause(0.3)
        await pilot.press("escape")
        for kind in jobs.kinds():
            app.show_form(kind, {})
            await pilot.pause(0.2)
        app.show_job(1)
        app.show_run(1)
        app.show_stress(1)
        app.show_export()
        app.push_screen(MixScreen({"sources": "instructions = 1"}))
        await pilot.pause(0.3)
        await pilot.press("f3")
        await pilot.pause(0.5)
        await pilot.press("question_mark")
        await pilot.pause(0.2)
        seen = len(app.screen_stack)
    print(json.dumps({"home": home, "all": sorted(sys.modules), "screens": seen}))

with open_store(Workspace(Path(sys.argv[1]))) as store:
    asyncio.run(visit(store))
"""


def test_no_screen_loads_anything_heavy_and_home_least_of_all(tmp_path):
    from test_job_screens import training

    with workspaces.filled(tmp_path / "ws") as store:
        training(store)
        answered_runs.run(store, [0, 1])
        answered_runs.run(store, [1, 1], {"perturbation": "typos"}, changed=[0])
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "ws")],
        capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    loaded = json.loads(run.stdout)
    assert not (HEAVY | HOME_ALSO) & set(loaded["home"])
    assert not HEAVY & set(loaded["all"])
    assert "workbench.tui.screens.export" in loaded["all"]
    assert loaded["screens"] > 5  # the forms, the job, the preview and help all stand on Home
