"""A training again, from its record: the same losses; and what is said where something has changed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import running

from workbench import launch
from workbench.models import tiny
from workbench.spec import JobSpec
from workbench.store import Store, data, jobs, models, open_store
from workbench.views.repro import again, repro
from workbench.workspace import Workspace


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("repro")
    with open_store(Workspace(folder / "workspace")) as store:
        running.done(store, "pull", name="tiny")
        rows = str(running.instructions(folder, 12))
        running.done(store, "import-data", path=rows, name="sums")
        # Dropout, so that the losses depend on the seed and not on the rows alone.
        running.done(
            store, "train-sft", model="tiny", data="sums", name="first", num_train_epochs=2, learning_rate=1e-2,
            peft={"lora_dropout": 0.2},
        )  # fmt: skip
        yield store
        running.end_workers(store)


@pytest.fixture(scope="module")
def job(trained):
    return next(job for job in jobs.recent(trained) if job.kind == "train-sft")


def test_the_spec_that_is_shown_is_the_one_that_ran(trained, job):
    found = repro(trained, job.id)
    shown = JobSpec.from_toml(found.spec)
    ran = JobSpec.from_json(job.spec)
    assert shown.params == {name: value for name, value in ran.params.items() if value is not None}
    assert found.verdict == "The same inputs and versions: the same seed gives the same numbers."
    assert {one.name for one in found.inputs} == {"tiny", "sums"}
    assert {"trl", "torch", "workbench"} <= {one.name for one in found.versions}


def test_a_repetition_has_the_same_losses_and_another_seed_has_not(trained, job):
    spec, plan = again(trained, job.id)
    same = running.finished(trained, launch.submit(trained, spec, plan).id)
    other = JobSpec(spec.kind, {**spec.params, "seed": 1})
    running.finished(trained, launch.submit(trained, other, plan).id)
    equal, different = repro(trained, job.id).repeated
    assert (equal.job, equal.steps) == (same.id, 6)  # 12 rows, 4 a step, 2 epochs
    assert equal.largest < 5e-5 < different.largest
    assert models.by_name(trained, same.result["model"]).weights_hash == models.by_name(trained, "first").weights_hash


def test_other_rows_under_the_name_are_not_trained_on(trained, job, tmp_path):
    rows = running.instructions(tmp_path, 3)
    sums = data.by_name(trained, "sums")
    with trained.write() as db:
        db.execute("UPDATE datasets SET fingerprint = 'other', path = ? WHERE id = ?", (str(rows), sums.id))
    try:
        found = next(one for one in repro(trained, job.id).inputs if one.name == "sums")
        assert (found.finding, found.note) == (
            "same", "The name means other rows by now; a repetition takes the old ones.",
        )  # fmt: skip
    finally:
        with trained.write() as db:
            db.execute(
                "UPDATE datasets SET fingerprint = ?, path = ? WHERE id = ?", (sums.fingerprint, sums.path, sums.id)
            )


def test_a_model_named_by_its_folder_is_the_same_too(trained, tmp_path):
    folder, rows = tiny.make(tmp_path / "mine"), running.instructions(tmp_path, 4)
    made = running.done(trained, "train-sft", model=str(folder), data=str(rows), num_train_epochs=1)
    found = repro(trained, made.id)
    assert {one.name: one.finding for one in found.inputs} == {"mine": "same", str(rows): "same"}
    assert again(trained, made.id)[1]["free_memory"] == made.plan["free_memory"]


def test_changed_weights_and_versions_are_named(trained, job, tmp_path):
    plan = jobs.by_id(trained, job.id).plan
    try:
        changed = {
            **plan, "inputs": {**plan["inputs"], "tiny": "0" * 64}, "versions": {**plan["versions"], "trl": "0.1"},
        }  # fmt: skip
        jobs.keep_plan(trained, job.id, changed)
        found = repro(trained, job.id)
        assert found.verdict == "It cannot be repeated as it was: tiny changed or is gone."
        assert next(one for one in found.versions if one.name == "trl").finding == "changed"
    finally:
        jobs.keep_plan(trained, job.id, plan)


def test_rows_that_are_gone_are_missing(trained, job):
    kept = Path(data.by_name(trained, "sums").path)
    aside = kept.rename(kept.with_suffix(".aside"))
    try:
        assert {one.name: one.finding for one in repro(trained, job.id).inputs} == {"tiny": "same", "sums": "missing"}
    finally:
        aside.rename(kept)


def test_the_command_prints_a_spec_with_its_findings_as_comments(trained, job):
    import subprocess

    command = [sys.executable, "-P", "-m", "workbench.cli.main", "--workspace", str(trained.workspace.root)]
    text = subprocess.run([*command, "repro", str(job.id)], capture_output=True, text=True, check=True).stdout
    assert JobSpec.from_toml(text).kind == "train-sft"
    assert "# The same inputs and versions" in text
    found = json.loads(
        subprocess.run([*command, "repro", str(job.id), "--json"], capture_output=True, check=True).stdout
    )
    assert found["spec_hash"] == job.spec_hash


def test_a_library_that_is_gone_is_said_and_no_traceback(trained, job):
    with trained.write() as db:
        plan = {**job.plan, "versions": {**job.plan["versions"], "no-such-library": "1.0"}}
        db.execute("UPDATE jobs SET plan = ? WHERE id = ?", (json.dumps(plan), job.id))
    found = repro(trained, job.id)
    assert [one.finding for one in found.versions if one.name == "no-such-library"] == ["missing"]
    assert "no-such-library 1.0 is gone now" in found.verdict
    with trained.write() as db:
        db.execute("UPDATE jobs SET plan = ? WHERE id = ?", (json.dumps(job.plan), job.id))
