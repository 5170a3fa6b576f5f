"""Pre-flight: what a training would learn, seen before it is started."""

from __future__ import annotations

import json

from looked_at import preflight
from pilots import SMALL, screen_text, shown, until
from textual.widgets import Input

from workbench.store import data, jobs
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.preflight import PreflightScreen
from workbench.tui.screens.train_form import TrainFormScreen
from workbench.tui.widgets.reader import Reader


async def test_it_says_what_is_kept_and_which_tokens_carry_loss(filled):
    job = preflight(filled)
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_job(job.id)
        await until(pilot, lambda: "10  are trained on" in screen_text(pilot))
        text = app.screen.query_one(Reader).text
        assert "chosen: They│ are│ 4│." in text
        assert "end of turn: <|im_end|> ✓ in the loss" in text
        assert "cut off, 2: And more." in text.replace(":  And", ": And")
        assert "✗ not in the loss: from this answer the model would not learn to stop" in text


async def test_a_training_that_would_not_start_says_why(filled):
    job = preflight(filled, refused="All 10 answers are good.")
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_job(job.id)
        await until(pilot, lambda: "✗ It would not start: All 10 answers are good." in screen_text(pilot))


async def test_the_form_says_what_so_few_pairs_come_to(filled, tmp_path):
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(json.dumps({"prompt": "Hi", "chosen": "Yes.", "rejected": "No."}) + "\n")
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_form("train-dpo", {"data": str(pairs)})
        await shown(pilot, "! Only 1 pair: 1 update a pass")
        app.screen.query(Input)[1].value = "nothing of that name"
        await pilot.press("down")
        await until(pilot, lambda: "Only 1 pair" not in screen_text(pilot))


async def test_a_key_in_the_form_starts_a_pre_flight_of_what_is_filled_in(filled, tmp_path):
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(json.dumps({"prompt": "Hi", "chosen": "Yes.", "rejected": "No."}) + "\n")
    data.add(filled, "preferences-1", "preferences", 1, "f" * 64, str(pairs), "export of general", {})
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_form("train-dpo", {"data": "preferences-1", "max_length": 64})
        await until(pilot, lambda: isinstance(app.screen, TrainFormScreen))
        assert "ctrl+t pre-flight" in screen_text(pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: isinstance(app.screen, PreflightScreen))
        (job,) = jobs.recent(filled)
        assert (job.kind, job.name) == ("preflight", "preflight of train-dpo smollm2 · preferences-1")
        await pilot.press("escape")  # what was filled in is still there
        assert isinstance(app.screen, TrainFormScreen)


async def test_enter_starts_the_training_that_was_looked_at(filled, tmp_path):
    job = preflight(filled)
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(json.dumps({"prompt": "Hi", "chosen": "Yes.", "rejected": "No."}) + "\n")
    data.add(filled, "preferences-1", "preferences", 1, "f" * 64, str(pairs), "export of general", {})
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_job(job.id)
        await until(pilot, lambda: "10  are trained on" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: jobs.recent(filled)[0].kind == "train-dpo")
