"""What cannot work is refused before anything is queued, with the reason and the nearest that does."""

from __future__ import annotations

import json

import pytest

from workbench import jobs
from workbench.errors import DataError, TrainingRefused, UnknownName, UsageError
from workbench.store import models

PAIR = {
    "prompt": [{"role": "user", "content": "Q?"}], "chosen": [{"role": "assistant", "content": "A."}],
    "rejected": [{"role": "assistant", "content": "B."}],
}  # fmt: skip


@pytest.fixture
def model(tmp_path):
    """A folder whose safetensors name the parameters of a Llama of two layers; it holds no numbers."""
    names = ["model.embed_tokens.weight", "model.norm.weight"]
    for layer in range(2):
        names += [f"model.layers.{layer}.{part}.weight" for part in ("self_attn.o_proj", "mlp.down_proj")]
    header = json.dumps({name: {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for name in names}).encode()
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    return str(folder)


def check(store, folder, kind="train-dpo", **values):
    path = folder / "rows.jsonl"
    path.write_text(json.dumps(PAIR) + "\n")
    jobs.check(store, jobs.parse(kind, {"data": str(path), **values}))


def test_what_fits_is_let_through(store, tmp_path, model):
    check(store, tmp_path, model=model, method="freeze", layers="first 1", trainer={"warmup_steps": 3})


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"method": "bitfit"}, TrainingRefused, "has no biases .* Use the method ln"),
        ({"method": "lra"}, UnknownName, "Unknown method 'lra'. Did you mean .*lora"),
        ({"method": "layerwise-lora", "layers": "last 5"}, UsageError, "does not fit a model of 2 layers"),
        ({"peft": {"bias": "all"}}, TrainingRefused, "the reference would move"),
        ({"method": "ia3", "r": 8}, UnknownName, "field of the method ia3 'r'"),
        ({"trainer": {"output_dir": "x"}}, UsageError, "output_dir is not yours to set"),
        ({"method": "prefix", "trainer": {"gradient_checkpointing": True}}, TrainingRefused, "crashes"),
        ({"loss_type": "robust"}, TrainingRefused, "no rater has judged the answers .* twice"),
        ({"loss_type": "sigmoid, sft", "loss_weights": "1"}, UsageError, "1 numbers for 2 losses"),
        ({"loss_weights": "much"}, UsageError, "not a list of numbers"),
    ],
)
def test_what_does_not_is_refused_by_name(store, tmp_path, model, values, error, words):
    with pytest.raises(error, match=words):
        check(store, tmp_path, model=model, **values)


def test_an_adapter_is_no_start_for_a_further_training(store, tmp_path, model):
    details = {"form": "adapter", "params": {"method": "prefix"}}
    models.add(store, "tiny-sft-1", model, "trained", model, "hash", None, None, details)
    with pytest.raises(TrainingRefused, match=r"tiny-sft-1 is an adapter \(prefix\) that cannot be merged"):
        check(store, tmp_path, model="tiny-sft-1")


def test_rows_to_look_at_have_the_layout_of_those_that_are_learned(store, tmp_path, model):
    text = tmp_path / "texts.jsonl"
    text.write_text('{"text": "A tale."}\n')
    with pytest.raises(DataError, match=r"texts.jsonl is laid out as text; needed is preferences"):
        check(store, tmp_path, model=model, eval_data=str(text))


def test_documents_are_not_looked_at_by_what_learns_answers(store, tmp_path, model):
    rows, text = tmp_path / "asked.jsonl", tmp_path / "texts.jsonl"
    rows.write_text('{"prompt": "Q?", "completion": "A."}\n')
    text.write_text('{"text": "A tale."}\n')
    with pytest.raises(DataError, match=r"needed is alpaca or messages or completions"):
        jobs.check(store, jobs.parse("train-sft", {"model": model, "data": str(rows), "eval_data": str(text)}))


def test_a_set_to_look_at_and_a_share_exclude_each_other(store, tmp_path, model):
    with pytest.raises(UsageError, match="both say which rows are looked at"):
        check(store, tmp_path, model=model, eval_data="x", eval_share=0.1)


def test_pairs_are_no_labelled_answers(store, tmp_path, model):
    with pytest.raises(DataError, match="is laid out as preferences; needed is unpaired"):
        check(store, tmp_path, kind="train-kto", model=model)
