"""Export preview: what would be written, before it is."""

from __future__ import annotations

import workspaces
from pilots import SMALL, opened, screen_text, until

from workbench.store import exports
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.confirm import ConfirmScreen
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.export import ExportScreen
from workbench.tui.screens.export_form import ExportFormScreen
from workbench.tui.screens.form import FieldRow, FormScreen
from workbench.tui.thresholds import THRESHOLDS

# a pair an item, in the order shown: margins 3, 1/3, 8/3 and 1/3
SCORES = [5, 4, 5, 2, 1, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 1, 2, 1, 5, 5, 5, 5, 4, 5]


def preview_of(store):
    app = WorkbenchApp(store, "ada")
    app.call_later(app.show_export)
    return app.run_test(size=SMALL)


async def test_counts_kept_and_dropped_by_reason(filled):
    workspaces.rate(filled, SCORES)
    async with preview_of(filled) as pilot:
        await until(pilot, lambda: "2 pairs kept, 2 dropped: 2 margin too small" in screen_text(pilot))


async def test_the_pair_in_focus_is_shown_with_its_scores(filled):
    workspaces.rate(filled, SCORES)
    async with preview_of(filled) as pilot:
        await until(pilot, lambda: "chosen (fluency 5, coherence 4, relevance 5)" in screen_text(pilot))
        assert "rejected (fluency 2, coherence 1, relevance 2)" in screen_text(pilot)
        await pilot.press("G")
        await until(pilot, lambda: "dropped: margin too small" in screen_text(pilot))


async def test_a_threshold_changes_what_is_kept(filled):
    workspaces.rate(filled, SCORES)
    async with preview_of(filled) as pilot:
        await until(pilot, lambda: "2 pairs kept" in screen_text(pilot))
        await pilot.press(*["plus"] * 7)  # 1.00 to 2.75, between the margins 8/3 and 3
        await until(pilot, lambda: "margin ≥ 2.75" in screen_text(pilot) and "1 pair kept" in screen_text(pilot))
        await pilot.press("minus")
        await until(pilot, lambda: "margin ≥ 2.50" in screen_text(pilot) and "2 pairs kept" in screen_text(pilot))


async def test_without_pairs_it_says_why_and_writes_nothing(filled):
    workspaces.rate(filled, [3, 3, 3])
    async with preview_of(filled) as pilot:
        await until(pilot, lambda: "No row is left" in screen_text(pilot))
        await pilot.press("x")
        await pilot.pause(0.2)
    assert filled.value("SELECT COUNT(*) FROM jobs") == 0


async def test_enter_shows_the_whole_pair(filled):
    workspaces.rate(filled, SCORES)
    async with preview_of(filled) as pilot:
        await until(pilot, lambda: "2 pairs kept" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DetailScreen))
        assert workspaces.LONG[:40] in screen_text(pilot)


async def test_writing_makes_the_data_set_and_offers_the_training(filled_and_working):
    workspaces.rate(filled_and_working, SCORES)
    async with preview_of(filled_and_working) as pilot:
        await until(pilot, lambda: "2 pairs kept" in screen_text(pilot))
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), seconds=60)
        await until(pilot, lambda: "2 pairs written as preferences-1" in screen_text(pilot))
        assert "Only 2 pairs: 1 update a pass" in screen_text(pilot)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        assert "preferences-1" in screen_text(pilot)
    assert [export.rows for export in exports.all_exports(filled_and_working)] == [2]


async def test_the_training_offered_begins_with_the_newest_model(filled_and_working):
    workspaces.rate(filled_and_working, SCORES)
    workspaces.model(filled_and_working, "round-1")
    async with preview_of(filled_and_working) as pilot:
        await until(pilot, lambda: "2 pairs kept" in screen_text(pilot))
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), seconds=60)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        await until(pilot, lambda: "round-1" in screen_text(pilot))


# on `overall` one key is an answer: margins 3, 0, 2 and 4, each with a chosen answer of 3 or more
OVERALL = [5, 2, 3, 3, 4, 2, 5, 1]


def rated_on_overall(store):
    """Batch 2, on the rubric of one key an answer, rated."""
    made = workspaces.answers(store, workspaces.model(store, "other"))
    batch = workspaces.batch(store, made, "other · prompts", "overall")
    workspaces.rate(store, OVERALL, batch_id=batch.id)


async def test_the_key_on_rate_previews_the_rubric_of_its_batch(filled):
    rated_on_overall(filled)
    async with WorkbenchApp(filled, "ada", "rate", 2).run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "Nothing is left to judge" in screen_text(pilot))
        await pilot.press("e")
        await until(pilot, lambda: "3 pairs kept" in screen_text(pilot))
        assert "overall · all batches · human · into the workspace" in screen_text(pilot)


async def test_the_key_on_home_previews_the_rubric_that_was_rated_last(filled):
    workspaces.rate(filled, SCORES)
    rated_on_overall(filled)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "3 pairs kept" in screen_text(pilot))
        await pilot.press("o")  # another kind of export, of the same judgments
        await until(pilot, lambda: "Export KTO labels" in screen_text(pilot))
        assert "overall · all batches" in screen_text(pilot)


async def test_the_form_of_the_export_holds_every_field_and_leads_back_to_the_preview(filled):
    workspaces.rate(filled, SCORES)
    rated_on_overall(filled)
    async with preview_of(filled) as pilot:
        await until(pilot, lambda: "3 pairs kept" in screen_text(pilot))
        await pilot.press("plus", "f")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExportFormScreen) and pilot.app.screen.query(FieldRow))
        inputs = {row.field.name: row.input for row in pilot.app.screen.query(FieldRow)}
        given = [inputs[name].value for name in ("rubric", "batch", "raters", "out", "min_margin")]
        assert given == ["overall", "", "human", "", "1.25"]
        inputs["rubric"].value, inputs["batch"].value, inputs["out"].value = "general", "1", "pairs.parquet"
        await pilot.press("f3")
        await until(pilot, lambda: "2 pairs kept" in screen_text(pilot))
        assert "general · batch 1 · human · into pairs.parquet" in screen_text(pilot)


async def test_a_parquet_file_can_be_asked_for_by_keys(filled_and_working):
    workspaces.rate(filled_and_working, SCORES)
    path = filled_and_working.workspace.root / "pairs.parquet"
    async with preview_of(filled_and_working) as pilot:
        await until(pilot, lambda: "2 pairs kept" in screen_text(pilot))
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExportFormScreen) and pilot.app.screen.query(FieldRow))
        next(row for row in pilot.app.screen.query(FieldRow) if row.field.name == "out").input.value = str(path)
        await pilot.press("f2")
        await until(pilot, path.exists, seconds=60)


def test_every_threshold_starts_on_a_rung_of_its_ladder():
    params = ExportScreen({}).params
    for threshold in THRESHOLDS["preferences"]:
        assert threshold.ladder[threshold.at(params)] == getattr(params, threshold.name)
        assert len(threshold.words) == len(threshold.ladder)


def test_a_ladder_ends_at_its_ends():
    params, margin = ExportScreen({}).params, THRESHOLDS["preferences"][0]
    for _ in range(30):
        params = margin.step(params, 1)
    assert params.min_margin == 4
