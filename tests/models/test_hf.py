from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, BertConfig, BertForMaskedLM, T5Config, T5ForConditionalGeneration

from workbench.errors import ModelError
from workbench.models import hf
from workbench.models.chat_template import prompt_tokens
from workbench.models.hf import HFModel
from workbench.models.machine import Settings
from workbench.records import Message


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "copy"))


def without_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def adapter_only(folder: Path) -> None:
    (folder / "config.json").rename(folder / "adapter_config.json")


def without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def truncated(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:5000])


def one_tensor_short(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.norm.weight"]
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def unknown_type(folder: Path) -> None:
    config = (folder / "config.json").read_text()
    (folder / "config.json").write_text(config.replace('"model_type": "llama"', '"model_type": "their_own"'))


def encoder(folder: Path) -> None:
    shape = BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, vocab_size=9)
    BertForMaskedLM(shape).save_pretrained(folder)


def encoder_decoder(folder: Path) -> None:
    shape = T5Config(d_model=8, d_kv=8, d_ff=8, num_layers=1, num_heads=1, vocab_size=9)
    T5ForConditionalGeneration(shape).save_pretrained(folder)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (without_config, "has no config.json"),
        (adapter_only, "holds an adapter whose base .* is not there"),
        (without_weights, "holds no weights"),
        (pickled, "only pickled weights"),
        (truncated, "cannot be loaded"),
        (one_tensor_short, r"lack 1 of the model's tensors, model\.norm\.weight first"),
        (unknown_type, "cannot be loaded: .*their_own"),
        (encoder, "holds BertForMaskedLM, which has no causal"),
        (encoder_decoder, "holds an encoder-decoder, which has no causal"),
    ],
)
def test_what_cannot_be_loaded_is_refused_with_its_reason(
    folder: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    spoil(folder)
    with pytest.raises(ModelError, match=reason):
        hf.load(folder, Settings())


def test_a_file_that_is_no_gguf_is_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match="not a GGUF one"):
        hf.load(folder / "model.safetensors", Settings())


def test_a_damaged_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "torn.gguf").write_bytes(b"GGUF torn")
    with pytest.raises(ModelError, match="cannot be loaded"):
        hf.load(tmp_path / "torn.gguf", Settings())


def test_a_plan_for_a_gpu_is_refused_where_there_is_none(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ModelError, match="planned for a GPU"):
        hf.load(tiny_folder, Settings(device="cuda"))


def test_bfloat16_is_loaded_as_such(tiny_folder: Path) -> None:
    assert str(hf.load(tiny_folder, Settings(dtype="bfloat16")).model.dtype) == "torch.bfloat16"


def test_the_prompt_is_the_models_own_template(model: HFModel) -> None:
    prompt = prompt_tokens(model.tokenizer, (Message("user", "Hi"),))
    assert model.tokenizer.decode(prompt) == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"


def test_without_a_template_the_messages_follow_line_by_line(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()
    model = hf.load(folder, Settings())
    prompt = prompt_tokens(model.tokenizer, (Message("system", "Be brief."), Message("user", "Hi")))
    assert model.tokenizer.decode(prompt) == "Be brief.\nHi\n"
    assert not model.has_chat_template


def test_a_template_that_refuses_a_role_is_an_error_of_the_request(tiny_folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_folder)
    tokenizer.chat_template = "{{ raise_exception('System role not supported') }}"
    with pytest.raises(ModelError, match="refuses a conversation with the roles system, user: System role not"):
        prompt_tokens(tokenizer, (Message("system", "Be brief."), Message("user", "Hi")))
