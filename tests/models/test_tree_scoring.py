"""Scores over the tree against those of padded rows, which test_scoring_parity holds against lm-eval's."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import torch
from lm_eval_parity import REQUESTS
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    GPTNeoConfig,
    GPTNeoForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    MptConfig,
    MptForCausalLM,
    PreTrainedModel,
)

from workbench.models.hf import HFModel
from workbench.models.prefix_tree import computed_tokens, lay_out, plan_packs
from workbench.models.scoring import encode_pairs, score_batch
from workbench.models.tree_scoring import HEAD_ROWS, _token_scores, takes_tree, tree_mask
from workbench.records import LogLikelihood

SHOTS = "Question: What is bread made of?\nAnswer: flour and water\n\n" * 4
FEW_SHOT = [
    (f"{SHOTS}Question: {question}\nAnswer:", answer)
    for question in ("What is a mill?", "Where do the roads meet?", "How many days has a week?")
    for answer in (" in the town", " a stone bridge over the river", " seven")
]


def with_budget(model: HFModel, tokens: int) -> HFModel:
    model.settings = dataclasses.replace(model.settings, scoring_budget=tokens)
    return model


def scores(model: HFModel, pairs: list[tuple[str, str]]) -> list[LogLikelihood]:
    found = dict(scored for batch in model.loglikelihood(pairs) for scored in batch)
    return [found[row] for row in range(len(pairs))]


def plain_scores(model: HFModel, pairs: list[tuple[str, str]]) -> list[LogLikelihood]:
    spans = encode_pairs(model.tokenizer, pairs)
    return [score_batch(model.model, [span], model.max_length)[0] for span in spans]


def inputs_of(model: HFModel, pairs: list[tuple[str, str]]) -> list[list[int]]:
    return [span.inputs(model.max_length) for span in encode_pairs(model.tokenizer, pairs)]


@pytest.mark.parametrize(("budget", "max_length"), [(16, 1024), (16, 300), (100_000, 1024)])
def test_scores_over_the_tree_are_those_of_rows_read_alone(model: HFModel, budget: int, max_length: int) -> None:
    model.max_length = max_length  # 300 cuts the longest contexts
    assert model.scoring == "prefix tree"
    tree, plain = scores(with_budget(model, budget), REQUESTS), plain_scores(model, REQUESTS)
    assert [one.logprob for one in tree] == pytest.approx([one.logprob for one in plain], abs=1e-4, rel=1e-6)
    assert [one.is_greedy for one in tree] == [one.is_greedy for one in plain]


def test_a_prefix_from_the_cache_scores_like_one_in_the_pack(model: HFModel) -> None:
    inputs = inputs_of(model, FEW_SHOT)
    assert plan_packs(inputs, 40)[0].trunk
    assert plan_packs(inputs, 100_000)[0].trunk is None
    cached, whole = scores(with_budget(model, 40), FEW_SHOT), scores(with_budget(model, 100_000), FEW_SHOT)
    assert [one.logprob for one in cached] == pytest.approx([one.logprob for one in whole], abs=1e-4)


def test_a_forward_pass_keeps_to_the_budget_and_no_token_is_padding(model: HFModel) -> None:
    assert model.scoring == "prefix tree"
    passes: list[int] = []
    model.model.register_forward_pre_hook(
        lambda module, args, kwargs: passes.append(kwargs["input_ids"].numel()), with_kwargs=True
    )
    scores(with_budget(model, 40), REQUESTS)
    assert max(passes) <= 40
    assert sum(passes) == computed_tokens(plan_packs(inputs_of(model, REQUESTS), 40))


def test_the_head_runs_once_for_all_answers_of_one_token(model: HFModel) -> None:
    assert model.scoring == "prefix tree"
    rows: list[int] = []
    head: Any = model.model.get_output_embeddings()
    head.register_forward_pre_hook(lambda module, args: rows.append(args[0].shape[-2]))
    answers = [" a", " the", " is"]
    assert [model.count_tokens(answer) for answer in answers] == [1, 1, 1]
    scores(with_budget(model, 512), [("The river", answer) for answer in answers])
    assert rows == [1]


def test_packs_left_out_do_not_change_the_others(model: HFModel) -> None:
    batches = list(with_budget(model, 40).loglikelihood(FEW_SHOT))
    assert len(batches) > 2
    stored = {row for row, _ in batches[1]}
    assert list(model.loglikelihood(FEW_SHOT, skip=stored.issuperset)) == [batches[0], *batches[2:]]


def test_a_slot_sees_the_cache_its_ancestors_and_itself() -> None:
    mask = tree_mask(lay_out([[1, 2, 3], [1, 2, 4], [1, 5]], start=1), 1, torch.float32, torch.device("cpu"))
    # The cached 1, then 2, its children 3 and 4, and 5.
    assert (mask[0, 0] == 0).int().tolist() == [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [1, 1, 0, 1, 0], [1, 0, 0, 0, 1]]


SIZES = {"vocab_size": 512, "hidden_size": 64, "initializer_range": 0.1}
LLAMA_LIKE = {**SIZES, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
LOCAL = {"num_layers": 2, "num_heads": 4, "attention_types": [[["global", "local"], 1]], "window_size": 256}


def seeded(kind: Any, config: Any) -> PreTrainedModel:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model: PreTrainedModel = kind(config).eval()
    return model


def bloom() -> PreTrainedModel:
    """Makes ALiBi's slopes from a mask of two dimensions: refuses one of four."""
    return seeded(BloomForCausalLM, BloomConfig(**SIZES, n_layer=2, n_head=4))


def mpt() -> PreTrainedModel:
    """Takes mask and positions, but its ALiBi goes by slot: other numbers without a word."""
    sizes = {"vocab_size": 512, "d_model": 64, "initializer_range": 0.1}
    return seeded(MptForCausalLM, MptConfig(**sizes, n_layers=2, n_heads=4, max_seq_len=1024))


def gpt_neo() -> PreTrainedModel:
    """Every other layer looks back by 256 slots, and its configuration has no name for that."""
    return seeded(GPTNeoForCausalLM, GPTNeoConfig(**SIZES, **LOCAL))


def mistral(window: int | None) -> PreTrainedModel:
    """With a window longer than the probe, which scores the same: the configuration tells."""
    return seeded(MistralForCausalLM, MistralConfig(**LLAMA_LIKE, num_key_value_heads=2, sliding_window=window))


def stretched() -> PreTrainedModel:
    """Its positions are other ones as soon as one text of the pack is long."""
    rope = {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 10_000.0}
    return seeded(LlamaForCausalLM, LlamaConfig(**LLAMA_LIKE, rope_parameters=rope))


def windowed() -> PreTrainedModel:
    return mistral(4096)


@pytest.mark.parametrize("made", [bloom, mpt, gpt_neo, windowed, stretched])
def test_an_architecture_that_cannot_take_the_mask_is_found(made: Any) -> None:
    assert not takes_tree(made(), max_length=1024)


@pytest.mark.parametrize("max_length", [1024, 8])
def test_an_architecture_that_takes_it_is_found_too(max_length: int) -> None:
    config = GPT2Config(vocab_size=512, n_embd=64, n_layer=2, n_head=4, n_positions=max_length)
    assert takes_tree(seeded(GPT2LMHeadModel, config), max_length)
    assert takes_tree(mistral(None), max_length)
    assert takes_tree(mistral(None).to(torch.bfloat16), max_length)


def test_a_model_that_fails_the_check_scores_in_padded_rows(model: HFModel) -> None:
    assert len(model.tokenizer) <= 512
    fallen = HFModel("bloom", bloom(), model.tokenizer, model.settings)
    assert fallen.scoring == "padded rows"
    expected = [one.logprob for one in plain_scores(fallen, FEW_SHOT)]
    assert [one.logprob for one in scores(fallen, FEW_SHOT)] == pytest.approx(expected, abs=1e-4)


def test_a_log_probability_is_the_one_that_lm_evals_function_gives_to_the_bit():
    logits = 4 * torch.randn(HEAD_ROWS + 6, 49_152, generator=torch.Generator().manual_seed(0))
    places, tokens = [0, HEAD_ROWS + 1, HEAD_ROWS + 1, HEAD_ROWS - 1], [7, 3, 49_151, 0]
    found = [logprob for logprob, _ in _token_scores(logits, places, tokens)]
    assert found == logits.log_softmax(-1)[places, tokens].tolist()
