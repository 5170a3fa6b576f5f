"""What a run does beside its batches is tried on copies of a sample, and grows with what is trained and written."""

from __future__ import annotations

import itertools
import time

import pytest
import torch
from sft_runs import eight_examples, settings
from stop_runs import go

from workbench.models.adapter_folder import WEIGHTS
from workbench.training import sft, update_cost
from workbench.training.weights import load


def trainer(method, base, folder):
    return sft.build_trainer(settings(method), load(base), eight_examples(), folder)


@pytest.mark.parametrize("method", ["lora", "full", "freeze", "adapter", "prefix"])
def test_the_files_of_a_checkpoint_and_of_the_model_are_counted(method, base, tmp_path):
    """Tensors alone: the headers of files so small are left some room, and the optimizer keeps two numbers for each."""
    outcome, _ = go(sft._RECIPE, base, tmp_path, settings(method))
    built = trainer(method, base, tmp_path / "again")
    checkpoint, saved = update_cost.sizes(settings(method), built.model, state=8 * outcome.trained)
    weights = WEIGHTS if settings(method).way.peft else "model.safetensors"
    kept = sum((outcome.checkpoint / name).stat().st_size for name in (weights, "optimizer.pt"))
    left = sum(path.stat().st_size for path in outcome.saved.rglob("*model.safetensors"))
    assert kept == pytest.approx(checkpoint, rel=0.1, abs=30_000)
    assert left == pytest.approx(saved, rel=0.1, abs=30_000)


@pytest.fixture
def a_second_each(monkeypatch):
    """Each look at the clock comes a second after the one before."""
    ticks = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(ticks)))


@pytest.mark.usefixtures("a_second_each")
def test_a_sample_stands_for_all(base, tmp_path, monkeypatch):
    """A second for each part: an update and the writing of half the numbers are one of two seconds."""
    built = trainer("full", base, tmp_path)
    trained = sum(one.numel() for one in built.model.parameters())
    monkeypatch.setattr(update_cost, "SAMPLE", trained // 2)
    found = update_cost.measure(built, settings("full"))
    assert found.update == pytest.approx(2, rel=0.01)
    assert found.checkpoint == pytest.approx(1 + 2, rel=0.01)
    assert found.saved == pytest.approx(1 + 2 / 3, rel=0.01)  # without the two moments of each number


def test_the_copies_are_updated_and_no_weight_is(base, tmp_path):
    built = trainer("full", base, tmp_path)
    sample = update_cost._sample(built.model)
    before = [one.detach().clone() for one in sample]
    update_cost._updated(built, sample, update_cost._optimizer(built, sample))
    assert not any(torch.equal(one, was) for one, was in zip(sample, before, strict=True))
    assert all(torch.equal(one, was) for one, was in zip(built.model.parameters(), before, strict=True))


def test_what_a_killed_attempt_left_is_no_hindrance(base, tmp_path):
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "optimizer.pt").touch()
    update_cost.measure(trainer("lora", base, tmp_path), settings("lora"))
    assert list(tmp_path.iterdir()) == []
