"""A run for which the memory is not enough is refused before its first step, with what would fit."""

from __future__ import annotations

from dataclasses import replace

import psutil
import pytest
from sft_runs import SETTINGS
from stop_runs import go

from workbench.errors import TrainingRefused
from workbench.training import memory_gate, sft
from workbench.training.estimated import Estimate
from workbench.training.settings import DPOSettings, SFTSettings

GB = 10**9
# 2 GB whatever the batch, 8 GB for its 4 rows of 500 tokens
ESTIMATE = Estimate(seconds=1.0, memory=10 * GB, steps=1, tokens=1, step_tokens=2000, step_seconds=1.0)
FOUR = SFTSettings(per_device_train_batch_size=4, gradient_accumulation_steps=1)
ONE = SFTSettings(per_device_train_batch_size=1, gradient_checkpointing=True)


def refusal(settings, room, estimate=ESTIMATE):
    with pytest.raises(TrainingRefused) as refused:
        memory_gate.check(estimate, 2 * GB, room, settings)
    return str(refused.value)


def test_what_fits_is_not_refused():
    memory_gate.check(ESTIMATE, 2 * GB, 10 * GB, FOUR)


def test_the_sentence_says_what_is_needed_and_what_is_there():
    assert "needs about 10.0 GB of memory at its longest rows, and 7.0 GB are to be had" in refusal(FOUR, 7 * GB)


@pytest.mark.parametrize(
    ("settings", "room", "words"),
    [
        (FOUR, 7 * GB, "gradient_checkpointing = true"),
        # 5 GB of 8 for the batch: two rows of four, whose number divides the update
        (replace(FOUR, gradient_checkpointing=True), 7 * GB, "batch_size = 2 and gradient_accumulation_steps = 2"),
        (replace(FOUR, method="prefix"), 7 * GB, "batch_size = 2"),  # checkpointing would throw away what it trains
        (ONE, 4 * GB, "max_length = 500"),  # a quarter of a row of 2000
        (DPOSettings(gradient_checkpointing=True), 4 * GB, "max_length = 250"),  # two answers to each row
        (FOUR, 1 * GB, "Use a smaller model"),
    ],
)
def test_the_nearest_setting_that_fits_is_told(settings, room, words):
    assert words in refusal(settings, room)


def test_a_run_on_a_machine_without_free_memory_is_refused_before_its_first_step(base, tmp_path, monkeypatch):
    free = psutil.virtual_memory()._replace(available=0)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    with pytest.raises(TrainingRefused, match=r"needs about .* GB of memory"):
        go(sft._RECIPE, base, tmp_path, replace(SETTINGS, method="full", peft={}))
    assert not any(path.is_file() for path in tmp_path.rglob("*"))
