from __future__ import annotations

from pathlib import Path

from workbench.models import tiny
from workbench.models.hf import HFModel
from workbench.models.weights import weights_hash


def test_the_same_seed_gives_the_same_bytes(tiny_folder: Path, tmp_path: Path) -> None:
    again = tiny.make(tmp_path / "again")
    assert {file.name: file.read_bytes() for file in again.iterdir()} == {
        file.name: file.read_bytes() for file in tiny_folder.iterdir()
    }


def test_another_seed_gives_other_weights(tiny_folder: Path, tmp_path: Path) -> None:
    assert weights_hash(tiny.make(tmp_path / "other", seed=1)) != weights_hash(tiny_folder)


def test_it_has_what_a_chat_model_needs(model: HFModel) -> None:
    tokenizer = model.tokenizer
    assert (tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token) == (
        "<|im_start|>",
        "<|im_end|>",
        "<|endoftext|>",
    )
    assert model.has_chat_template
    assert 90_000 < model.model.num_parameters() < 110_000


def test_any_text_comes_back_from_its_tokenizer(model: HFModel) -> None:
    text = "Ünïcode 東京 🙂\x00 \n\ttabs  and   spaces"
    assert model.tokenizer.decode(model.tokenizer.encode(text)) == text
