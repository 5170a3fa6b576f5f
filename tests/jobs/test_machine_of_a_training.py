"""The settings for a machine are fixed at the first start; a refusal is not."""

from __future__ import annotations

import psutil
import pytest

from workbench.data.formats import Table
from workbench.errors import TrainingRefused
from workbench.jobs import _train_machine, train_sft
from workbench.models import tiny
from workbench.spec import JobSpec
from workbench.store import jobs, models
from workbench.worker.context import WarmModel, WorkerContext

TABLE = Table("completions", [{"prompt": "How many are 2 and 2?", "completion": "Four."}], "rows")
PARAMS = train_sft.Params(data="rows", method="full", device="cpu")


@pytest.fixture
def started(store, tmp_path):
    """A job that was claimed, and its model."""
    jobs.enqueue(store, JobSpec("train-sft", {}), "heavy", "train-sft")
    folder = tiny.make(tmp_path / "tiny")
    base = models.add(store, "tiny", str(folder), "folder", str(folder), "w")
    return WorkerContext(store, jobs.claim(store, "heavy", 1, 0.0, "here"), WarmModel()), base


def settled(context, base):
    trainer = train_sft.trainers(PARAMS)["completions"]
    return _train_machine.on_this_machine(context, PARAMS, train_sft.settings(PARAMS), base, trainer, TABLE)


def test_a_refusal_for_want_of_memory_does_not_outlive_its_cause(started, monkeypatch):
    context, base = started
    plenty = psutil.virtual_memory()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: plenty._replace(available=1000))
    with pytest.raises(TrainingRefused, match=r"0\.0 GB are free"):
        settled(context, base)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: plenty._replace(available=10**11))
    settings, _ = settled(context, base)
    assert settings.device == "cpu"
    assert context.plan["free_memory"] > 1000
