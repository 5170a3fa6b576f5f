"""Each method trains under each trainer, starts where it should, and leaves a model that gives its logits."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import dpo_runs
import pytest
import sft_runs
import torch
from dpo_runs import Recorder
from peft import get_peft_model
from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING
from peft.utils.peft_types import PeftType
from safetensors.torch import load_file

from workbench.models.adapter_folder import WEIGHTS, is_adapter
from workbench.training import dpo, library_fields, methods, sft
from workbench.training.methods import METHODS
from workbench.training.saved import logits
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


# What each method moves of a whole model; the others leave the base as it is, and an adapter beside it.
LINEAR = r"layers\.\d+\..*_proj\.weight$"
MOVES = {
    "lora": LINEAR, "dora": LINEAR, "rslora": LINEAR, "ia3": LINEAR, "layerwise-lora": LINEAR.replace(r"\d+", "1"),
    "bitfit": r"\.bias$", "ln": "norm", "freeze": r"layers\.1\.|model\.norm", "full": ".",
}  # fmt: skip


def moved(before, after):
    """The names of the weights that differ between two model folders."""
    old, new = load_file(before / "model.safetensors"), load_file(after / "model.safetensors")
    return {name for name in old if not torch.equal(old[name], new[name])}


def moves_what_it_says(name, base, saved):
    """All that the method trains has moved, and nothing else has."""
    if name in MOVES:
        there = load_file(base / "model.safetensors")
        return moved(base, saved) == {weight for weight in there if re.search(MOVES[name], weight)}
    adapter = load_file(saved / WEIGHTS)
    if name == "prompt":  # its positions began as words of the vocabulary
        words, (trained,) = load(base).model.get_input_embeddings().weight, adapter.values()
        return torch.cdist(trained, words).min(dim=1).values.min() > 0
    # Each began with all zeros: the keys and values of a prefix, and the last matrix of an adapter.
    return all(tensor.any() for part, tensor in adapter.items() if name == "prefix" or "up" in part)


def test_it_learns_answers(method, shape, tmp_path):
    settings = SFTSettings(method=method.name, **SHORT, **RATE)
    outcome = sft.run(settings, shape, sft_runs.eight_examples()[:4], tmp_path, Recorder(), saved=tmp_path / "new")
    assert outcome.steps == 2
    assert 0 < outcome.trained <= outcome.parameters
    assert is_adapter(outcome.saved) == (not method.merges)
    assert moves_what_it_says(method.name, shape, outcome.saved)
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
    assert moves_what_it_says(method.name, shape, outcome.saved)


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


QUERIES = {f"model.layers.{n}.self_attn.q_proj.weight" for n in (0, 1)}
UNLISTED = [("vera", {"r": 4}), ("adalora", {})]


@pytest.mark.parametrize(("name", "fields"), UNLISTED)
def test_a_peft_type_that_is_not_listed_goes_by_its_name(name, fields, base, tmp_path):
    settings = SFTSettings(method=name, peft={**fields, "target_modules": ["q_proj"]}, **SHORT, **RATE)
    outcome = sft.run(settings, base, sft_runs.eight_examples()[:4], tmp_path, Recorder(), saved=tmp_path / "new")
    assert (outcome.form, outcome.gate.policy is not None) == ("merged", True)
    assert moved(base, outcome.saved) == QUERIES


@pytest.mark.parametrize(("name", "fields"), UNLISTED)
def test_it_learns_preferences_too(name, fields, base, tmp_path):
    settings = DPOSettings(method=name, peft={**fields, "target_modules": ["q_proj"]}, **SHORT, **RATE)
    outcome = dpo.run(settings, base, dpo_runs.eight_pairs()[:4], tmp_path, Recorder(), saved=tmp_path / "new")
    assert outcome.first_loss == pytest.approx(0.6931, abs=1e-3)
    assert moved(base, outcome.saved) == QUERIES


# What peft asks for by type; those in `INPUTS` cannot run without inputs of their own.
FIELDS = {
    "adalora": {"total_step": 8}, "adaption_prompt": {"adapter_len": 4, "adapter_layers": 1}, "c3a": {"block_size": 8},
    "cpt": {"cpt_token_ids": [1, 2], "num_virtual_tokens": 2}, "road": {"target_modules": ["q_proj"]},
    "shira": {"r": 4}, "trainable_tokens": {"token_indices": [5]},
    "vblora": {"topk": 2, "vector_length": 8, "num_vectors": 16}, "waveft": {"n_frequency": 10},
}  # fmt: skip
NAMED = ("adalora", "c3a", "shira", "vblora", "waveft")  # those that are told the modules beside
INPUTS = ("multitask_prompt_tuning", "poly", "xlora")


@pytest.mark.parametrize("kind", sorted(set(library_fields.peft_types()) - set(INPUTS)))
def test_a_peft_type_starts_at_the_base_where_that_is_said_of_it(kind, base):
    fields = {**FIELDS.get(kind, {}), **({"target_modules": ["q_proj", "v_proj"]} if kind in NAMED else {})}
    if "num_virtual_tokens" in library_fields.peft(kind):
        fields.setdefault("num_virtual_tokens", 4)
    engine = load(base)
    expected = logits(engine.model, engine.tokenizer)
    config = PEFT_TYPE_TO_CONFIG_MAPPING[PeftType(kind.upper())](task_type="CAUSAL_LM", **fields)
    difference = (logits(get_peft_model(engine.model, config), engine.tokenizer) - expected).abs().max()
    assert (difference < 1e-4) == methods.get(kind.replace("_", "-")).starts_at_base


@pytest.mark.parametrize("name", ["full", "adapter", "prefix", "adalora"])
def test_a_killed_run_goes_on_with_the_same_losses(name, base, tmp_path):
    settings, rows, whole, resumed = sft_runs.settings(name), sft_runs.eight_examples(), Recorder(), Recorder()
    sft.run(settings, base, rows, tmp_path / "whole", whole, saved=tmp_path / "whole-model")
    command = [sys.executable, sft_runs.__file__, str(base), str(tmp_path / "cut"), "5", name]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    sft.run(settings, base, rows, tmp_path / "cut", resumed, saved=tmp_path / "cut-model")
    assert sorted(resumed.steps) == [5, 6, 7, 8]
    assert resumed.losses() == {step: loss for step, loss in whole.losses().items() if step >= 5}
