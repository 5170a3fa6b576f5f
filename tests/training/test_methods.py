"""Each method trains under each trainer, starts where it should, and leaves a model that gives its logits."""

from __future__ import annotations

import signal
import subprocess
import sys

import dpo_runs
import pytest
import sft_runs
import torch
from dpo_runs import Recorder
from safetensors.torch import load_file

from workbench.models.adapter_folder import is_adapter
from workbench.training import dpo, sft
from workbench.training.methods import METHODS
from workbench.training.settings import DPOSettings, SFTSettings
from workbench.training.weights import load

# 4 rows, 2 a step: 2 steps, with a rate at which two steps can be told apart.
SHORT = {"num_train_epochs": 1, "per_device_train_batch_size": 2, "gradient_accumulation_steps": 1}
RATE = {"learning_rate": 1e-2}


@pytest.fixture(params=METHODS)
def method(request):
    return METHODS[request.param]


@pytest.fixture
def shape(method, base, biased):
    """The model that the method fits."""
    return biased if method.name == "bitfit" else base


def moved(before, after):
    """The names of the weights that differ between two model folders."""
    old, new = load_file(before / "model.safetensors"), load_file(after / "model.safetensors")
    return {name for name in old if not torch.equal(old[name], new[name])}


def test_it_learns_answers(method, shape, tmp_path):
    settings = SFTSettings(method=method.name, **SHORT, **RATE)
    outcome = sft.run(settings, shape, sft_runs.eight_examples()[:4], tmp_path, Recorder(), saved=tmp_path / "new")
    assert outcome.steps == 2
    assert 0 < outcome.trained <= outcome.parameters
    assert is_adapter(outcome.saved) == (not method.merges)
    assert outcome.saved.name == load(outcome.saved).name  # it loads, whole or onto its base
    assert (outcome.gate.policy is not None) == method.starts_at_base


def test_it_learns_preferences_from_its_own_base(method, shape, tmp_path):
    settings = DPOSettings(method=method.name, **SHORT, **RATE)
    outcome = dpo.run(settings, shape, dpo_runs.eight_pairs()[:4], tmp_path, Recorder(), saved=tmp_path / "new")
    assert outcome.steps == 2
    assert outcome.gate.reference < 1e-4
    if method.starts_at_base:
        assert outcome.first_loss == pytest.approx(0.6931, abs=1e-3)
    else:
        assert outcome.gate.policy is None


@pytest.mark.parametrize(
    ("name", "layers", "touched"),
    [
        ("freeze", "first 1", "layers.1|model.norm"),
        ("freeze", "mlp|embed|norm", "self_attn"),
        ("layerwise-lora", "last 1", "layers.1"),
        ("ln", None, "norm"),
        ("full", None, "."),
    ],
)
def test_only_the_chosen_weights_move(name, layers, touched, base, tmp_path):
    settings = SFTSettings(method=name, layers=layers, **SHORT, **RATE)
    outcome = sft.run(settings, base, sft_runs.eight_examples()[:4], tmp_path, Recorder(), saved=tmp_path / "new")
    weights = moved(base, outcome.saved)
    assert weights
    assert all(any(part in name for part in touched.split("|")) for name in weights if touched != ".")


def test_bitfit_moves_biases_alone(biased, tmp_path):
    settings = SFTSettings(method="bitfit", **SHORT, **RATE)
    outcome = sft.run(settings, biased, sft_runs.eight_examples()[:4], tmp_path, Recorder(), saved=tmp_path / "new")
    assert all(name.endswith(".bias") for name in moved(biased, outcome.saved))


def test_a_peft_type_that_is_not_listed_goes_by_its_name(base, tmp_path):
    settings = SFTSettings(method="vera", peft={"r": 4, "target_modules": ["q_proj"]}, **SHORT, **RATE)
    outcome = sft.run(settings, base, sft_runs.eight_examples()[:4], tmp_path, Recorder(), saved=tmp_path / "new")
    assert outcome.form == "merged"
    assert moved(base, outcome.saved) == {f"model.layers.{n}.self_attn.q_proj.weight" for n in (0, 1)}


@pytest.mark.parametrize("name", ["full", "adapter", "prefix"])
def test_a_killed_run_goes_on_with_the_same_losses(name, base, tmp_path):
    settings, rows, whole, resumed = sft_runs.settings(name), sft_runs.eight_examples(), Recorder(), Recorder()
    sft.run(settings, base, rows, tmp_path / "whole", whole, saved=tmp_path / "whole-model")
    command = [sys.executable, sft_runs.__file__, str(base), str(tmp_path / "cut"), "5", name]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    sft.run(settings, base, rows, tmp_path / "cut", resumed, saved=tmp_path / "cut-model")
    assert sorted(resumed.steps) == [5, 6, 7, 8]
    assert resumed.losses() == {step: loss for step, loss in whole.losses().items() if step >= 5}
