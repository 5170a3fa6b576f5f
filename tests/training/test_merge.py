from __future__ import annotations

import json

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file

from workbench.errors import ModelError
from workbench.training.saved import logits, merge, save, verify
from workbench.training.settings import SFTSettings
from workbench.training.weights import load


@pytest.fixture(scope="module")
def adapter(whole_run):
    return whole_run[0].checkpoint


@pytest.fixture(scope="module")
def merged(base, adapter, tmp_path_factory):
    target = tmp_path_factory.mktemp("merged") / "round-1"
    assert merge(base, adapter, target) == "merged"
    return target


def test_the_merged_model_is_base_and_adapter(base, adapter, merged):
    plain, saved = load(base), load(merged)
    before = logits(plain.model, plain.tokenizer)
    together = logits(PeftModel.from_pretrained(plain.model, adapter), plain.tokenizer)
    assert torch.allclose(logits(saved.model, saved.tokenizer), together, atol=1e-3)
    assert not torch.allclose(before, together, atol=1e-1)


def test_it_is_a_full_checkpoint_in_float32(base, merged):
    names = {"model.safetensors", "config.json", "generation_config.json", "tokenizer.json", "chat_template.jinja"}
    assert names <= {path.name for path in merged.iterdir()}
    assert {tensor.dtype for tensor in load_file(merged / "model.safetensors").values()} == {torch.float32}
    assert load(merged).tokenizer.chat_template == load(base).tokenizer.chat_template
    stop = [json.loads((folder / "generation_config.json").read_text())["eos_token_id"] for folder in (base, merged)]
    assert stop[0] == stop[1]


def test_the_same_merge_again_changes_nothing(base, adapter, merged):
    before = (merged / "model.safetensors").stat().st_mtime_ns
    assert merge(base, adapter, merged) == "merged"
    assert (merged / "model.safetensors").stat().st_mtime_ns == before


def test_another_model_of_that_name_is_not_overwritten(base, adapter, other):
    with pytest.raises(ModelError, match="already holds another model"):
        merge(base, adapter, other)


def test_what_a_killed_merge_left_is_replaced(base, adapter, tmp_path):
    (tmp_path / "round-1.part").mkdir()
    (tmp_path / "round-1.part" / "model.safetensors").write_bytes(b"half")
    merge(base, adapter, tmp_path / "round-1")
    assert [path.name for path in tmp_path.iterdir()] == ["round-1"]


def test_a_saved_model_that_differs_is_refused(base, other):
    wanted = load(base)
    with pytest.raises(ModelError, match="differs from the trained one by"):
        verify(other, logits(wanted.model, wanted.tokenizer))


def in_shards(model, folder):
    """As a run of all weights leaves a model too large for one file."""
    load(model).model.save_pretrained(folder, max_shard_size="100KB")
    load(model).tokenizer.save_pretrained(folder)
    assert not (folder / "model.safetensors").exists()
    return folder


def test_weights_in_several_files_are_saved_and_told_from_others(base, other, tmp_path):
    settings, target = SFTSettings(method="full"), tmp_path / "new"
    first, second = in_shards(base, tmp_path / "first"), in_shards(other, tmp_path / "second")
    assert save(settings, base, first, target) == save(settings, base, first, target) == "weights"
    with pytest.raises(ModelError, match="already holds another model"):
        save(settings, base, second, target)


def test_parts_of_several_processes_are_named_with_what_to_set(base, tmp_path):
    (tmp_path / "checkpoint-4" / "pytorch_model_fsdp_0").mkdir(parents=True)
    with pytest.raises(ModelError, match="holds no whole weights") as refused:
        save(SFTSettings(method="full"), base, tmp_path / "checkpoint-4", tmp_path / "new")
    assert "FULL_STATE_DICT" in refused.value.hint
