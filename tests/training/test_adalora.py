"""AdaLoRA's ranks are lowered to what was asked for, whatever the trainer, and by a run that goes on alike."""

from __future__ import annotations

from dataclasses import replace

import dpo_runs
import pytest
import sft_runs
import torch
from dpo_runs import Recorder
from safetensors.torch import load_file

from workbench.errors import Cancelled, UsageError
from workbench.models.adapter_folder import WEIGHTS
from workbench.training import dpo, sft
from workbench.training.settings import SFTSettings

# 4 matrices of 4 ranks, and 8 steps: from the third to the sixth they go down from 16 ranks to 8.
RANKS = {"init_r": 4, "target_r": 2, "tinit": 2, "tfinal": 2}


def adalora(settings, **fields):
    return replace(settings, method="adalora", peft={**RANKS, **fields})


def values(checkpoint):
    """The singular values of all matrices."""
    return torch.cat([one for name, one in load_file(checkpoint / WEIGHTS).items() if "lora_E" in name]).flatten()


def vectors(checkpoint):
    return [one for name, one in load_file(checkpoint / WEIGHTS).items() if "lora_A" in name]


def run(base, folder, recorder=None, **fields):
    settings, rows = adalora(sft_runs.SETTINGS, **fields), sft_runs.eight_examples()
    return sft.run(settings, base, rows, folder, recorder or Recorder(), saved=folder / "new")


def test_ranks_go_down_to_the_target_in_fine_tuning(base, tmp_path):
    found = values(run(base, tmp_path).checkpoint)
    assert (len(found), int((found != 0).sum())) == (16, 8)


def test_ranks_go_down_to_the_target_in_learning_preferences(base, tmp_path):
    settings, rows = adalora(dpo_runs.SETTINGS), dpo_runs.eight_pairs()
    found = values(dpo.run(settings, base, rows, tmp_path, Recorder(), saved=tmp_path / "new").checkpoint)
    assert (len(found), int((found != 0).sum())) == (16, 8)


@pytest.mark.parametrize("step", [3, 7])  # while ranks go down, and once they are settled
def test_a_run_that_goes_on_keeps_losses_and_ranks(step, base, tmp_path):
    whole, again = Recorder(), Recorder()
    outcome = run(base, tmp_path / "whole", whole)
    with pytest.raises(Cancelled):
        run(base, tmp_path / "cut", Recorder(stop_after=step))
    resumed = run(base, tmp_path / "cut", again)
    assert again.losses() == {at: loss for at, loss in whole.losses().items() if at > step}
    assert torch.allclose(values(resumed.checkpoint), values(outcome.checkpoint), atol=1e-6)


def test_the_loss_is_that_of_the_rows(base, tmp_path):
    """The first one is the base's, as LoRA's is; peft's penalty would add 1."""
    lora = replace(sft_runs.SETTINGS, peft={})
    other = sft.run(lora, base, sft_runs.eight_examples(), tmp_path / "lora", Recorder(), saved=tmp_path / "new")
    assert run(base, tmp_path / "ada").first_loss == pytest.approx(other.first_loss, abs=1e-4)


def test_the_vectors_are_kept_apart(base, tmp_path):
    def overlap(folder, weight):
        found = vectors(run(base, folder, orth_reg_weight=weight).checkpoint)
        return sum(float(torch.linalg.norm(one @ one.T - torch.eye(len(one)))) for one in found)

    assert overlap(tmp_path / "with", 0.5) < overlap(tmp_path / "without", 0.0)


@pytest.mark.parametrize("name", ["total_step", "r"])
def test_what_the_run_knows_itself_is_refused_before_anything_loads(name):
    with pytest.raises(UsageError, match=f"{name} is not yours to set"):
        SFTSettings(method="adalora", peft={name: 4})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"target_r": 4}, "no rank would be lowered"),
        ({"tinit": 6}, "none of the 8 steps is left"),
        ({"tinit": 0, "tfinal": 7}, "none of the 8 steps is left"),
    ],
)
def test_a_schedule_without_anything_to_lower_is_refused(fields, words, base, tmp_path):
    with pytest.raises(UsageError, match=words):
        run(base, tmp_path, **fields)
