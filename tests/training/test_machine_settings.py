"""Settings for the machine change how a run is computed, and not what it learns."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dpo_runs import SETTINGS as DPO
from dpo_runs import Recorder
from sft_runs import SETTINGS as SFT
from sft_runs import eight_examples

from workbench.errors import Cancelled
from workbench.training import dpo, kto, sft
from workbench.training.settings import KTOSettings

LABELLED = [{**row, "label": at % 2 == 0} for at, row in enumerate(eight_examples())]


def losses(train, settings, base, rows, folder):
    recorder = Recorder()
    train.run(settings, base, rows, folder, recorder, saved=folder / "new")
    return [values["loss"] for _, values in sorted(recorder.steps.items())]


def test_a_reference_read_once_gives_the_same_losses(base, rows, tmp_path):
    plain = replace(DPO, peft={}, num_train_epochs=2)  # without dropout: reading first draws a random number
    once = losses(dpo, replace(plain, precompute_ref_log_probs=True), base, rows, tmp_path / "once")
    assert once == pytest.approx(losses(dpo, plain, base, rows, tmp_path / "every"), abs=1e-4)


def test_for_kto_too(base, tmp_path):
    settings = KTOSettings(learning_rate=1e-2, num_train_epochs=2)
    once = losses(kto, replace(settings, precompute_ref_log_probs=True), base, LABELLED, tmp_path / "once")
    assert once == pytest.approx(losses(kto, settings, base, LABELLED, tmp_path / "every"), abs=1e-4)


def test_gradient_checkpointing_gives_the_same_losses(base, tmp_path):
    # without dropout: what is computed twice draws its random numbers twice
    plain = replace(SFT, peft={}, num_train_epochs=2)
    found = losses(sft, replace(plain, gradient_checkpointing=True), base, eight_examples(), tmp_path / "with")
    assert found == pytest.approx(losses(sft, plain, base, eight_examples(), tmp_path / "without"), abs=1e-4)


def test_rows_of_like_length_make_every_step(base, tmp_path):
    assert len(losses(sft, replace(SFT, group_by_length=True), base, eight_examples(), tmp_path)) == 8


@pytest.mark.parametrize("method", ["lora", "full"])
def test_a_run_computed_in_bfloat16_passes_its_gate(base, rows, tmp_path, method):
    settings = replace(DPO, dtype="bfloat16", method=method, peft={}, num_train_epochs=1)
    assert losses(dpo, settings, base, rows, tmp_path)[0] == pytest.approx(0.6931, abs=0.05)


def test_a_resumed_run_meets_the_same_groups_of_rows(base, tmp_path):
    """Cancelled after step 3 of 8, in the midst of the second of four passes."""
    grouped = replace(SFT, group_by_length=True)
    whole = losses(sft, grouped, base, eight_examples(), tmp_path / "whole")
    with pytest.raises(Cancelled):
        sft.run(grouped, base, eight_examples(), tmp_path, Recorder(stop_after=3), saved=tmp_path / "new")
    assert losses(sft, grouped, base, eight_examples(), tmp_path) == pytest.approx(whole[3:], abs=1e-4)
