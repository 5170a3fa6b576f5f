"""What a run leaves, on `tiny`: a model that goes out whole or as an adapter, and a lineage that says what made it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import running
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from workbench.errors import DataError, ModelError
from workbench.models.weights import weights_hash
from workbench.store import Store, jobs, models, open_store
from workbench.store.lineage import lineage
from workbench.tui.screens.detail import model_passages
from workbench.workspace import Workspace


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """`tiny` with LoRA, then a second round on that, and one with a prompt that cannot be merged."""
    folder = tmp_path_factory.mktemp("left")
    with open_store(Workspace(folder / "workspace")) as store:
        running.done(store, "pull", name="tiny")
        rows, pairs = str(running.instructions(folder, 12)), str(running.pairs(folder, 8))
        quick = {"num_train_epochs": 1, "learning_rate": 1e-2}
        running.done(store, "train-sft", model="tiny", data=rows, name="first", **quick)
        running.done(store, "train-dpo", model="first", data=pairs, name="second", **quick)
        running.done(store, "train-sft", model="tiny", data=rows, name="worded", method="prompt", **quick)
        yield store
        running.end_workers(store)


def logits(folder):
    """Of plain transformers, which puts an adapter onto its base by itself."""
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    assert tokenizer.chat_template
    with torch.no_grad():
        return model(**tokenizer("She asked what the weather would be like.", return_tensors="pt")).logits


def exported(store, tmp_path, model, **values):
    return running.done(store, "export-model", model=model, out=str(tmp_path / "out"), **values).result


def test_the_merged_model_is_the_one_of_the_catalog(trained, tmp_path):
    result = exported(trained, tmp_path, "first", merge=True)
    known = models.by_name(trained, "first")
    assert torch.equal(logits(tmp_path / "out"), logits(known.path))
    assert (result["form"], weights_hash(tmp_path / "out")) == ("whole", known.weights_hash)


def test_the_adapter_alone_gives_the_same_on_its_base(trained, tmp_path):
    result = exported(trained, tmp_path, "first")
    alone, base = logits(tmp_path / "out"), models.by_name(trained, "tiny").path
    assert (result["form"], result["base"]) == ("adapter", base)
    assert torch.allclose(alone, logits(models.by_name(trained, "first").path), atol=1e-4)
    assert not torch.allclose(alone, logits(base), atol=1e-2)
    assert not (tmp_path / "out" / "model.safetensors").exists()


def test_the_card_says_what_made_it_and_what_serves_it(trained, tmp_path):
    result = exported(trained, tmp_path, "second", merge=True)
    text = (tmp_path / "out" / "README.md").read_text()
    assert f"vllm serve {tmp_path / 'out'} --served-model-name second" in text
    assert f"transformers serve {tmp_path / 'out'}" in text
    assert set(result["serve"]) == {"vLLM", "transformers"}
    for step in lineage(trained, models.by_name(trained, "second")):
        assert step.weights_hash in text
    second = models.by_name(trained, "second")
    assert all(f"{name} {version}" in text for name, version in second.details["versions"].items())
    assert second.details["data"]["fingerprint"] in text
    assert f"hash of its spec {jobs.by_id(trained, second.job_id).spec_hash}" in text
    assert "Nothing was measured of this model" in text
    assert "license: apache-2.0" in text  # of tiny, from which it comes


def test_a_served_adapter_names_its_base(trained, tmp_path):
    serve = exported(trained, tmp_path, "first")["serve"]
    base = models.by_name(trained, "tiny").path
    assert serve["vLLM"] == f"vllm serve {base} --enable-lora --lora-modules first={tmp_path / 'out'}"


def test_what_was_measured_stands_in_the_card(trained, tmp_path):
    run = running.done(trained, "bench", model="worded", task="multiple_choice", limit=4).result["runs"][0]
    exported(trained, tmp_path, "worded")
    acc = run["metrics"]["acc"]
    row = f"| multiple_choice | acc | {acc['value']:.3f} | {acc['low']:.3f} to {acc['high']:.3f} | 4 |"
    assert row in (tmp_path / "out" / "README.md").read_text()


def test_what_cannot_be_merged_is_refused(trained, tmp_path):
    with pytest.raises(ModelError, match="cannot be merged"):
        running.submit(trained, "export-model", model="worded", out=str(tmp_path / "out"), merge=True)


def test_nothing_is_written_over(trained, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="is there already"):
        running.submit(trained, "export-model", model="first", out=str(tmp_path / "out"))


def test_the_lineage_goes_back_to_the_model_from_outside(trained):
    second, first, tiny = lineage(trained, models.by_name(trained, "second"))
    assert (second.model, second.parent, first.parent, tiny.parent) == ("second", "first", "tiny", None)
    assert (second.parent_weights, first.parent_weights) == (first.weights_hash, tiny.weights_hash)
    assert (second.method, second.seed, second.data, second.rows) == ("lora", 42, "pairs", 8)
    assert second.ratings == ()  # the pairs came from a file


def test_the_adapter_is_kept_beside_the_merged_weights(trained):
    folder = Path(models.by_name(trained, "second").path)
    config = json.loads((folder / "adapter" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == models.by_name(trained, "first").path


def ask(store, *words):
    command = [sys.executable, "-P", "-m", "workbench.cli.main", "--workspace", str(store.workspace.root), *words]
    return json.loads(subprocess.run([*command, "--json"], capture_output=True, check=True).stdout)


def test_the_commands_tell_the_same(trained, tmp_path):
    shown = ask(trained, "models", "show", "second")
    assert [step["model"] for step in shown["lineage"]] == ["second", "first", "tiny"]
    assert shown["forgetting"] is None  # it was left out
    told = ask(trained, "models", "export", "second", "--out", str(tmp_path / "out"), "--merge")
    assert (told["form"], told["bytes"]) == (
        "whole", sum(file.stat().st_size for file in (tmp_path / "out").iterdir()),
    )  # fmt: skip


def test_the_screen_shows_each_step(trained):
    words = " ".join(passage.text for passage in model_passages(trained, "second"))
    for step in lineage(trained, models.by_name(trained, "second")):
        assert step.weights_hash in words
    assert "lora, seed 42" in words
