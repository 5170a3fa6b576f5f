"""KTO labels, ratings and comparisons before they are written: counts and rows under thresholds that keys turn."""

from __future__ import annotations

import workspaces
from pilots import SMALL, shown, until

from workbench import jobs
from workbench.store import exports
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.export import ExportScreen
from workbench.tui.screens.export_rows import ExportRowsScreen
from workbench.tui.thresholds import THRESHOLDS

# four items of two answers: means 14/3, 5/3, 3, 10/3, 4, 4/3, 5, 14/3
SCORES = [5, 4, 5, 2, 1, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 1, 2, 1, 5, 5, 5, 5, 4, 5]


def preview_of(store):
    app = WorkbenchApp(store, "ada")
    app.call_later(app.show_export)
    return app.run_test(size=SMALL)


async def test_o_goes_through_all_kinds_and_back_to_pairs(filled):
    workspaces.rate(filled, SCORES)
    async with preview_of(filled) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, ExportScreen))
        for title in ("Export KTO labels", "Export ratings", "Export comparisons", "Export preference pairs"):
            await pilot.press("o")
            await shown(pilot, title)


async def test_thresholds_are_turned_by_keys_and_counted_at_once(filled):
    workspaces.rate(filled, SCORES)
    async with preview_of(filled) as pilot:
        await shown(pilot, "Export preference pairs")
        await pilot.press("o")
        # good 14/3, 4, 5, 14/3; bad 5/3, 4/3; between 3 and 10/3
        await shown(pilot, "6 rows kept, 2 dropped: 2 neither good nor bad")
        await pilot.press(*["minus"] * 3)
        await shown(pilot, "good: mean ≥ 3.25")
        await shown(pilot, "7 rows kept, 1 dropped")


async def test_x_writes_what_is_kept(filled_and_working):
    workspaces.rate(filled_and_working, SCORES)
    async with preview_of(filled_and_working) as pilot:
        await shown(pilot, "Export preference pairs")
        await pilot.press("o")
        await shown(pilot, "6 rows kept")
        await pilot.press("x")
        await until(pilot, lambda: exports.all_exports(filled_and_working), 60)
        assert [(one.kind, one.rows) for one in exports.all_exports(filled_and_working)] == [("kto", 6)]
        assert isinstance(pilot.app.screen, ExportRowsScreen)


async def test_where_nothing_was_compared_it_says_so(filled):
    async with preview_of(filled) as pilot:
        await shown(pilot, "Export preference pairs")
        await pilot.press("o", "o", "o")
        await shown(pilot, "Export comparisons")
        await shown(pilot, "! Nothing has been rated yet")


def test_a_threshold_between_two_rungs_is_shown_as_it_is_and_stepped_from_there():
    """Rungs are quarters; a form takes any number."""
    margin = THRESHOLDS["preferences"][0]
    params = jobs.params("export-preferences")(min_margin=0.3)
    assert margin.shown(params) == "margin ≥ 0.3"
    assert [margin.shown(margin.step(params, by)) for by in (1, -1)] == ["margin ≥ 0.50", "margin ≥ 0.25"]
    lowest = margin.step(margin.step(params, -1), -1)
    assert margin.shown(margin.step(lowest, -1)) == "margin ≥ 0.00"
