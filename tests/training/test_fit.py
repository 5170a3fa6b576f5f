"""Impossible combinations are refused from the names of the parameters alone."""

from __future__ import annotations

import pytest

from workbench.errors import TrainingRefused, UnknownName, UsageError
from workbench.models.tensor_names import tensor_names
from workbench.training import fit, methods
from workbench.training.settings import SFTSettings


@pytest.fixture(scope="module")
def llama(base):
    return tensor_names(base)


@pytest.fixture(scope="module")
def gpt2(biased):
    return tensor_names(biased)


def test_bitfit_on_a_model_without_biases_names_the_nearest(llama, gpt2):
    with pytest.raises(TrainingRefused, match=r"tiny has no biases .* Use the method ln, the nearest"):
        fit.check(SFTSettings(method="bitfit"), llama, "tiny")
    fit.check(SFTSettings(method="bitfit"), gpt2, "tiny")


@pytest.mark.parametrize("which", ["first 2", "last 2", "0, 1", "."])
def test_freezing_every_layer_is_refused(which, llama):
    with pytest.raises(TrainingRefused, match="freezes all 2 layers of tiny"):
        fit.check(SFTSettings(method="freeze", layers=which), llama, "tiny")
    fit.check(SFTSettings(method="freeze", layers="mlp"), llama, "tiny")


def test_layers_that_are_not_there_are_refused(llama):
    with pytest.raises(UsageError, match="does not fit a model of 2 layers"):
        fit.check(SFTSettings(method="layerwise-lora", layers="last 3"), llama, "tiny")


def test_an_architecture_without_known_outputs_has_no_bottleneck_adapters():
    with pytest.raises(TrainingRefused, match="Use the method lora"):
        fit.check(SFTSettings(method="adapter"), ["blocks.0.mixer.w.weight"], "mamba")


def test_a_model_without_norms_has_none_to_tune():
    with pytest.raises(TrainingRefused, match="no normalisation layers"):
        fit.check(SFTSettings(method="ln"), ["blocks.0.mixer.w.weight"], "mamba")


def test_norms_and_linear_layers_are_told_by_their_names(llama, gpt2):
    assert fit.norms(llama) == ["input_layernorm", "norm", "post_attention_layernorm"]
    assert fit.linear(llama, attention=False) == ["down_proj", "gate_proj", "up_proj"]
    assert fit.linear(llama, attention=True) == ["k_proj", "o_proj", "q_proj", "v_proj"]
    assert (fit.norms(gpt2), fit.linear(gpt2)) == (["ln_1", "ln_2", "ln_f"], ["c_attn", "c_fc", "c_proj"])


def test_any_peft_type_is_a_method_by_its_name():
    assert methods.get("vera").peft == "vera"
    assert methods.get("p-tuning").virtual_tokens
    with pytest.raises(UnknownName, match="layerwise-lora"):
        methods.get("layer-lora")


def test_a_field_that_the_method_does_not_have_names_the_nearest():
    with pytest.raises(UnknownName, match=r"field of the method vera 'd_inital'. Did you mean d_initial"):
        SFTSettings(method="vera", peft={"d_inital": 0.1})
