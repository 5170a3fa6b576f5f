"""A model with an adapter answers and scores as the adapter was trained, whatever keeps it from being merged."""

from __future__ import annotations

import json
import shutil

import pytest
import torch
from peft import PrefixTuningConfig, PromptTuningConfig, get_peft_model

from workbench.errors import ModelError
from workbench.models import adapter_folder, hf
from workbench.models.generation import end_tokens
from workbench.models.machine import Settings
from workbench.models.weights import weights_hash
from workbench.records import Decoding, GenerationRequest, Message

PROMPTS = ["Hello there", "What is the name of the town?", "Why"]
VIRTUAL = 5


@pytest.fixture(scope="module", params=[PrefixTuningConfig, PromptTuningConfig])
def adapted(request, tiny_folder, tmp_path_factory):
    """(an adapter's folder, the same adapter as peft runs it)."""
    folder = tmp_path_factory.mktemp("adapter") / "kept"
    torch.manual_seed(3)
    config = request.param(task_type="CAUSAL_LM", num_virtual_tokens=VIRTUAL)
    model = get_peft_model(hf.load(tiny_folder, Settings()).model, config).eval()
    with torch.no_grad():
        for parameter in model.prompt_encoder.parameters():
            parameter.add_(0.5 * torch.randn_like(parameter))
    model.save_pretrained(folder)
    return folder, model


@torch.no_grad()
def greedy(model, prompt, count, ends):
    """The likeliest tokens by peft's own forward pass, the whole text anew at each step, until one that ends it."""
    drawn = []
    while len(drawn) < count:
        token = int(model(input_ids=torch.tensor([prompt + drawn])).logits[0, -1].argmax())
        if token in ends:
            break
        drawn.append(token)
    return drawn


def test_greedy_answers_in_a_batch_are_those_of_peft(adapted, tiny_folder):
    folder, peft_model = adapted
    engine = hf.load(folder, Settings(max_rows=3))
    requests = [GenerationRequest((Message("user", text),), 0) for text in PROMPTS]
    answers = {at: said for batch in engine.generate(requests, Decoding(6, 0.0, 1.0)) for at, said in batch}
    plain = hf.load(tiny_folder, Settings())
    for at, request in enumerate(requests):
        ids = engine.tokenizer.apply_chat_template(
            [{"role": "user", "content": PROMPTS[at]}], add_generation_prompt=True, return_dict=True
        )["input_ids"]
        expected = greedy(peft_model, list(ids), 6, end_tokens(peft_model, engine.tokenizer))
        assert answers[at].text == engine.tokenizer.decode(expected, skip_special_tokens=True), request
    unadapted = {at: said for batch in plain.generate(requests, Decoding(6, 0.0, 1.0)) for at, said in batch}
    assert any(unadapted[at].text != answers[at].text for at in answers)


def test_log_likelihoods_are_those_of_peft(adapted):
    folder, peft_model = adapted
    engine = hf.load(folder, Settings(max_rows=3))
    pairs = [(text, " is a good question.") for text in PROMPTS]
    scored = {at: one.logprob for batch in engine.loglikelihood(pairs) for at, one in batch}
    for at, (context, continuation) in enumerate(pairs):
        before = engine.tokenizer(context)["input_ids"]
        ids = engine.tokenizer(context + continuation)["input_ids"]
        with torch.no_grad():
            logits = peft_model(input_ids=torch.tensor([ids])).logits[0, -len(ids) :].log_softmax(-1)
        expected = sum(float(logits[place - 1, ids[place]]) for place in range(len(before), len(ids)))
        assert scored[at] == pytest.approx(expected, abs=1e-3)


def test_virtual_tokens_leave_less_room(adapted, tiny_folder):
    room = hf.load(tiny_folder, Settings()).max_length
    assert hf.load(adapted[0], Settings()).max_length == room - VIRTUAL


def test_an_adapter_has_a_hash_of_its_own_which_its_base_is_part_of(adapted, tiny_folder, tmp_path):
    folder = adapted[0]
    assert weights_hash(folder) != weights_hash(tiny_folder)
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    assert weights_hash(moved) == weights_hash(folder)
    config = json.loads((moved / adapter_folder.CONFIG).read_text())
    (moved / adapter_folder.CONFIG).write_text(json.dumps({**config, "base_model_name_or_path": str(folder)}))
    assert weights_hash(moved) != weights_hash(folder)


def test_an_adapter_without_its_base_is_refused(adapted, tmp_path):
    alone = tmp_path / "alone"
    shutil.copytree(adapted[0], alone)
    config = json.loads((alone / adapter_folder.CONFIG).read_text())
    (alone / adapter_folder.CONFIG).write_text(json.dumps({**config, "base_model_name_or_path": "/nowhere"}))
    with pytest.raises(ModelError, match="an adapter whose base /nowhere is not there"):
        hf.load(alone, Settings())


def test_a_pickled_adapter_is_refused(adapted, tmp_path):
    alone = tmp_path / "alone"
    shutil.copytree(adapted[0], alone)
    (alone / adapter_folder.WEIGHTS).rename(alone / "adapter_model.bin")
    with pytest.raises(ModelError, match="safetensors are needed"):
        hf.load(alone, Settings())
