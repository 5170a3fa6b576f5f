"""Rounds side by side on one base: each answers as its own merged weights do, and the base is read once."""

from __future__ import annotations

import peft
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from workbench.errors import ModelError
from workbench.models import tiny
from workbench.models.machine import Settings
from workbench.models.switchable import Switchable

SETTINGS = Settings(device="cpu", dtype="float32", threads=1)
IDS = torch.tensor([[5, 6, 7, 8]])


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny.make(tmp_path_factory.mktemp("switch") / "tiny", seed=0)


def tuned(base, folder, seed, config):
    """A merged model with its adapter beside it, as a training leaves it."""
    torch.manual_seed(seed)
    model = peft.get_peft_model(AutoModelForCausalLM.from_pretrained(base), config)
    for parameter in model.parameters():
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.2)
    model.peft_config["default"].base_model_name_or_path = str(base)
    model.save_pretrained(folder / "adapter")
    model.merge_and_unload().save_pretrained(folder)
    AutoTokenizer.from_pretrained(base).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def rounds(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rounds")
    lora = peft.LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear")
    ia3 = peft.IA3Config(task_type="CAUSAL_LM", target_modules=["k_proj"], feedforward_modules=[])
    return [tuned(base, folder / name, seed, config) for name, seed, config in (
        ("one", 1, lora), ("two", 2, lora), ("three", 3, ia3),
    )]  # fmt: skip


def logits(model):
    with torch.no_grad():
        return model(input_ids=IDS).logits


def merged(folder):
    return logits(AutoModelForCausalLM.from_pretrained(folder))


def test_each_round_gives_its_own_logits_and_the_base_is_read_once(base, rounds):
    one, two, _ = rounds
    models = Switchable(base, SETTINGS, "base")
    for folder in (one, two, base, one, two):
        models.switch(folder, folder.name)
        assert torch.allclose(logits(models.engine.model), merged(folder), atol=1e-4)
        assert models.engine.name == folder.name
    assert models.bases_loaded == 1


def test_begun_with_a_round_its_base_is_read_for_the_next(rounds):
    one, two, _ = rounds
    models = Switchable(one, SETTINGS, "one")
    for folder in (two, one):
        models.switch(folder, folder.name)
        assert torch.allclose(logits(models.engine.model), merged(folder), atol=1e-4)
    assert models.bases_loaded == 2


def test_another_type_of_adapter_gets_the_base_afresh(base, rounds):
    one, _, three = rounds
    models = Switchable(base, SETTINGS, "base")
    for folder in (one, three, one):
        models.switch(folder, folder.name)
        assert torch.allclose(logits(models.engine.model), merged(folder), atol=1e-4)
    assert models.bases_loaded == 3


def test_a_round_on_a_round_takes_that_as_its_base(rounds, tmp_path):
    config = peft.LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear")
    second = tuned(rounds[0], tmp_path / "second", 4, config)
    models = Switchable(rounds[0], SETTINGS, "one")
    for folder in (second, rounds[0]):
        models.switch(folder, folder.name)
        assert torch.allclose(logits(models.engine.model), merged(folder), atol=1e-4)
    assert models.bases_loaded == 1


def test_a_damaged_adapter_is_refused(base, rounds, tmp_path):
    import shutil

    broken = shutil.copytree(rounds[0], tmp_path / "broken")
    (broken / "adapter" / "adapter_model.safetensors").write_bytes(b"half")
    models = Switchable(base, SETTINGS, "base")
    with pytest.raises(ModelError, match="cannot be loaded"):
        models.switch(broken, "broken")
