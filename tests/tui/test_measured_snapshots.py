"""What Benchmarks and Stress look like with runs that jobs made, at the smallest size and at a usual one."""

from __future__ import annotations

import pytest
from pilots import LARGE, SMALL, screen_text, until
from test_bench_screens import begun, compared, go, models_compared, task
from test_stress_screens import opened_items, opened_report

from workbench.tui.app import WorkbenchApp

SIZES = pytest.mark.parametrize("terminal_size", [SMALL, LARGE], ids=["80x24", "120x40"])


@SIZES
def test_benchmarks(snap_compare, measured, terminal_size):
    begun(measured, "third")

    async def look(pilot):
        await go(pilot, "g", "j", "m")
        await until(pilot, lambda: "baseline: third" in screen_text(pilot))

    assert snap_compare(WorkbenchApp(measured, "ada"), terminal_size=terminal_size, run_before=look)


@SIZES
def test_items_of_a_run(snap_compare, measured, terminal_size):
    async def look(pilot):
        await task(pilot, "G", "enter")
        await until(pilot, lambda: "all items" in screen_text(pilot))

    assert snap_compare(WorkbenchApp(measured, "ada"), terminal_size=terminal_size, run_before=look)


@SIZES
def test_a_task_with_its_classes(snap_compare, measured, terminal_size):
    async def look(pilot):
        await go(pilot, "g", "j", "j", "right", "enter")
        await until(pilot, lambda: "seen in training" in screen_text(pilot))

    assert snap_compare(WorkbenchApp(measured, "ada"), terminal_size=terminal_size, run_before=look)


@SIZES
def test_an_item_of_a_run(snap_compare, measured, terminal_size):
    async def look(pilot):
        await task(pilot, "G", "enter")
        await until(pilot, lambda: "all items" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "prompt as sent" in screen_text(pilot))
        await pilot.press("G")

    assert snap_compare(WorkbenchApp(measured, "ada"), terminal_size=terminal_size, run_before=look)


@SIZES
def test_models_compared(snap_compare, measured, terminal_size):
    assert snap_compare(WorkbenchApp(measured, "ada"), terminal_size=terminal_size, run_before=models_compared)


@SIZES
def test_compare(snap_compare, measured, terminal_size):
    assert snap_compare(WorkbenchApp(measured, "ada"), terminal_size=terminal_size, run_before=compared)


@SIZES
def test_an_item_of_two_runs(snap_compare, measured, terminal_size):
    async def look(pilot):
        await compared(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "prompt as sent" in screen_text(pilot))

    assert snap_compare(WorkbenchApp(measured, "ada"), terminal_size=terminal_size, run_before=look)


@SIZES
def test_stress_report(snap_compare, measured, terminal_size):
    async def look(pilot):
        await opened_report(pilot, "j")
        await until(pilot, lambda: "of 24 items changed" in screen_text(pilot))

    assert snap_compare(WorkbenchApp(measured, "ada"), terminal_size=terminal_size, run_before=look)


@SIZES
def test_a_perturbed_item(snap_compare, measured, terminal_size):
    async def look(pilot):
        await opened_items(pilot, 1)
        await pilot.press("enter")
        await until(pilot, lambda: "perturbed prompt" in screen_text(pilot))

    assert snap_compare(WorkbenchApp(measured, "ada"), terminal_size=terminal_size, run_before=look)
