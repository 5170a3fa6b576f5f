"""The form of a kind of job is its parameters: declared once, checked by `jobs.parse`."""

from __future__ import annotations

import json

import pytest
import workspaces
from pilots import SMALL, screen_text, until

from workbench import jobs
from workbench.store import data
from workbench.store import jobs as queue
from workbench.tui.app import WorkbenchApp
from workbench.tui.fields import fields, values
from workbench.tui.screens.form import FieldRow, FormScreen
from workbench.tui.screens.job import JobScreen
from workbench.tui.screens.pick import PickScreen


@pytest.mark.parametrize("kind", jobs.kinds())
async def test_every_kind_of_job_has_a_form(filled, kind):
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_form(kind, {})
        await until(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen.query(FieldRow))
        assert [row.field.name for row in app.screen.query(FieldRow)] == list(jobs.params(kind).model_fields)
        assert f"New job: {kind}" in screen_text(pilot)


@pytest.mark.parametrize("kind", jobs.kinds())
def test_defaults_pass_through_the_form_unchanged(filled, kind):
    known = fields(filled, kind)
    typed = {
        "path": "rows.jsonl",
        "data": "prompts",
        "out": "folder",
        "sources": "prompts = 1",
        "params": 'data = "pairs"',
        "runs": "1, 2",
    }  # what has no default
    given = {field.name: field.default or ("" if field.optional else typed.get(field.name, "")) for field in known}
    parsed = jobs.parse(kind, values(known, given))
    needed = {name: parsed.params[name] for name, info in jobs.params(kind).model_fields.items() if info.is_required()}
    assert parsed == jobs.parse(kind, needed)


def test_a_field_says_its_range_and_default(filled):
    top_p = next(field for field in fields(filled, "generate") if field.name == "top_p")
    assert top_p.help == "share of probability to draw from · > 0 ≤ 1 · default 0.95"


def test_choices_come_from_the_workspace(filled):
    workspaces.model(filled, "mine")
    model = next(field for field in fields(filled, "generate") if field.name == "model")
    assert model.choices[:2] == ("mine", "smollm2")


async def test_a_wrong_value_is_refused_at_its_field_in_one_sentence(filled):
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_form("generate", {"n": "many"})
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "✗ input should be a valid integer" in screen_text(pilot))
        row = next(row for row in app.screen.query(FieldRow) if row.field.name == "n")
        assert row.has_class("-wrong")
        assert row.input.has_focus
    assert queue.recent(filled) == []


async def test_enter_picks_from_the_choices(filled):
    workspaces.model(filled, "mine")
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_form("generate", {"model": "smollm2"})
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press("k", "enter")  # from smollm2, which is chosen, up to mine
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        assert app.screen.query(FieldRow).first().input.value == "mine"


async def test_arrows_go_from_field_to_field_and_letters_are_typed(filled):
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_form("import-data", {})
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("q", "h", "down", "w")
        assert [row.input.value for row in app.screen.query(FieldRow)][:2] == ["qh", "w"]


async def test_start_queues_the_job_runs_it_and_shows_it(filled_and_working, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"prompt": f"question {n}"}) + "\n" for n in range(3)))
    app = WorkbenchApp(filled_and_working, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_form("import-data", {"path": str(rows), "name": "mine"})
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, JobScreen))
        await until(pilot, lambda: queue.by_id(filled_and_working, 1).state == "done", seconds=60)
        await until(pilot, lambda: "rows: 3" in screen_text(pilot))
    assert data.by_name(filled_and_working, "mine").rows == 3


async def test_leaving_while_the_job_is_queued_leaves_only_the_form(filled):
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_form("pull", {"name": "tiny"})
        await until(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen.query(FieldRow))
        app.screen.action_start()
        await app.action_back()
        await until(pilot, lambda: queue.recent(filled))
        await until(pilot, lambda: "Job 1 is queued." in [note.message for note in app._notifications])
        assert [type(screen).__name__ for screen in app.screen_stack] == ["HomeScreen"]


async def test_a_start_that_is_pressed_twice_queues_one_job(filled):
    app = WorkbenchApp(filled, "ada")
    spec = jobs.parse("generate", {})
    async with app.run_test(size=SMALL) as pilot:
        queued = []
        app.submit(spec, queued.append)
        app.submit(spec, queued.append)
        await until(pilot, lambda: queued)
        app.submit(spec, queued.append)  # later it is meant
        await until(pilot, lambda: len(queued) == 2)
    assert len(queue.recent(filled)) == 2
