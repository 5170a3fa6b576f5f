"""What the screens look like, at the smallest size and at a usual one. `pytest --snapshot-update` accepts a change."""

from __future__ import annotations

import looked_at
import pytest
import workspaces
from pilots import LARGE, SMALL, opened, readable, screen_text, until
from test_job_screens import training
from textual.widgets import Input

from workbench.spec import JobSpec
from workbench.store import data, jobs
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.export import ExportScreen
from workbench.tui.screens.form import FormScreen

SIZES = pytest.mark.parametrize("terminal_size", [SMALL, LARGE], ids=["80x24", "120x40"])


@SIZES
def test_home_empty(snap_compare, empty, terminal_size):
    assert snap_compare(WorkbenchApp(empty, "ada"), terminal_size=terminal_size, run_before=opened)


@SIZES
def test_home_filled(snap_compare, filled, terminal_size):
    workspaces.rate(filled, [5, 4, 5, 2, 1, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 1, 2, 1])
    workspaces.model(filled, "smollm2-dpo-1", parent=workspaces.models.by_name(filled, "smollm2"), pairs=24)
    work(filled)
    assert snap_compare(WorkbenchApp(filled, "ada"), terminal_size=terminal_size, run_before=opened)


@SIZES
def test_rate_midway(snap_compare, filled, terminal_size):
    workspaces.rate(filled, [5, 4, 5, 2])
    app = WorkbenchApp(filled, "ada", "rate", 1)
    assert snap_compare(app, terminal_size=terminal_size, run_before=readable)


@SIZES
def test_rate_done(snap_compare, filled, terminal_size):
    workspaces.rate(filled, [5, 4, 5, 2, 1, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 1, 2, 1, 5, 5, 5, 5, 4, 5])
    app = WorkbenchApp(filled, "ada", "rate", 1)
    assert snap_compare(app, terminal_size=terminal_size, run_before=readable)


@SIZES
def test_jobs(snap_compare, filled, terminal_size):
    work(filled)

    async def look(pilot):
        await pilot.press("w")
        await until(pilot, lambda: "30/80" in screen_text(pilot))

    assert snap_compare(WorkbenchApp(filled, "ada"), terminal_size=terminal_size, run_before=look)


@SIZES
def test_form(snap_compare, filled, terminal_size):
    data.add(filled, "preferences-1", "preferences", 12, "f" * 64, "/data/f.jsonl", "export of general", {})
    app = WorkbenchApp(filled, "ada")

    async def look(pilot):
        app.show_form("train-dpo", {"model": "smollm2", "beta": "much"})
        await until(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen.query(Input))
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await pilot.press("f2")
        await until(pilot, lambda: "not 'much'" in screen_text(pilot))

    assert snap_compare(app, terminal_size=terminal_size, run_before=look)


@SIZES
def test_export_preview(snap_compare, filled, terminal_size):
    workspaces.rate(filled, [5, 4, 5, 2, 1, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 1, 2, 1, 5, 5, 5, 5, 4, 5])
    app = WorkbenchApp(filled, "ada")

    async def look(pilot):
        app.show_export()
        await until(pilot, lambda: isinstance(app.screen, ExportScreen) and "2 pairs kept" in screen_text(pilot))
        await until(pilot, lambda: "chosen (fluency 5" in screen_text(pilot))

    assert snap_compare(app, terminal_size=terminal_size, run_before=look)


@SIZES
def test_training_with_its_lights(snap_compare, filled, terminal_size):
    job = training(filled)
    jobs.add_metrics(filled, job.id, 0, {"estimate/seconds": 250.0, "estimate/memory": 2.8})
    for step in range(1, 31):
        jobs.add_metrics(filled, job.id, step, {"rewards/accuracies": 0.5, "rewards/chosen": step / 200})
    jobs.finish(filled, job.id, "done", result={"train_seconds": 271.0, "peak_memory": 2_900_000_000})
    with filled.write() as db:  # the time it took is on the screen
        db.execute("UPDATE jobs SET started_at = '2026-01-01T10:00:00.000Z', finished_at = '2026-01-01T10:05:00.000Z'")
    app = WorkbenchApp(filled, "ada")

    async def look(pilot):
        await pilot.press("t")
        await until(pilot, lambda: "no better than chance" in screen_text(pilot))
        await until(pilot, lambda: "loss 0.4" in screen_text(pilot))

    assert snap_compare(app, terminal_size=terminal_size, run_before=look)


@SIZES
def test_preflight(snap_compare, filled, terminal_size):
    job = looked_at.preflight(filled)
    app = WorkbenchApp(filled, "ada")

    async def look(pilot):
        app.show_job(job.id)
        await until(pilot, lambda: "10  are trained on" in screen_text(pilot))

    assert snap_compare(app, terminal_size=terminal_size, run_before=look)


def work(store):
    """A training under way on another machine, one that failed, and an answer job that waits."""
    for name in ("train-dpo smollm2 · preferences-1", "train-dpo smollm2 · preferences-1"):
        jobs.enqueue(store, JobSpec("train-dpo", {"model": "smollm2"}), "heavy", name)
    jobs.begin(store, jobs.claim(store, "heavy", 1, 1.0, "elsewhere").id)
    jobs.finish(store, 1, "failed", error="The disk is full.")
    jobs.begin(store, jobs.claim(store, "heavy", 1, 1.0, "elsewhere").id)
    jobs.progress(store, 2, 30, 80, "step 30 of 80", 0.2)
    jobs.enqueue(store, JobSpec("generate", {"model": "smollm2"}), "heavy", "generate smollm2 · prompts")
