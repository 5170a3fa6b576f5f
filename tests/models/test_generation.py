from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from workbench.errors import ModelError
from workbench.models import hf
from workbench.models.generation import choose_tokens, end_tokens, left_padded, mix
from workbench.models.hf import HFModel
from workbench.models.machine import Settings
from workbench.records import Decoding, Generated, GenerationRequest, Message

SAMPLED = Decoding(max_new_tokens=12, temperature=0.8, top_p=0.95)


def requests(count: int) -> list[GenerationRequest]:
    """Prompts of different lengths, each with its own seed."""
    texts = ["What is bread made of?" + " Please." * (row % 3) for row in range(count)]
    return [GenerationRequest((Message("user", text),), seed=row) for row, text in enumerate(texts)]


def answers(model: HFModel, asked: list[GenerationRequest], decoding: Decoding) -> list[Generated]:
    found = dict(result for batch in model.generate(asked, decoding) for result in batch)
    return [found[row] for row in range(len(asked))]


def model_that_always_says(folder: Path, token: str) -> HFModel:
    """A final norm of zero makes all logits 0; a bias on the head then decides."""
    model = hf.load(folder, Settings())
    head = torch.nn.Linear(64, len(model.tokenizer))
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    with torch.no_grad():
        head.bias[model.tokenizer.convert_tokens_to_ids(token)] = 50.0
    model.model.lm_head = head
    return model


@pytest.mark.parametrize("end", ["<|im_end|>", "<|endoftext|>"])
def test_each_end_token_stops_and_is_neither_counted_nor_shown(tiny_folder: Path, end: str) -> None:
    model = model_that_always_says(tiny_folder, end)
    assert answers(model, requests(2), SAMPLED) == [Generated("", 0, "stop")] * 2


def test_an_answer_without_an_end_token_ends_by_length(tiny_folder: Path) -> None:
    model = model_that_always_says(tiny_folder, "a")
    assert answers(model, requests(1), SAMPLED) == [Generated("a" * 12, 12, "length")]


def test_each_drawn_token_has_what_the_model_gave_it_without_temperature(tiny_folder: Path) -> None:
    """Of V tokens "a" has e^50 against e^0: its log-probability is 0, less (V - 1) / e^50."""
    model = model_that_always_says(tiny_folder, "a")
    (answer,) = answers(model, requests(1), replace(SAMPLED, max_new_tokens=3))
    assert [words for words, _ in answer.drawn] == ["a"] * 3
    assert [value for _, value in answer.drawn] == pytest.approx([0.0] * 3)
    model.model.lm_head.bias.data.zero_()  # now each has 1 / V
    (even,) = answers(model, requests(1), replace(SAMPLED, max_new_tokens=3))
    assert [value for _, value in even.drawn] == pytest.approx([-math.log(len(model.tokenizer))] * len(even.drawn))


def test_the_end_token_as_the_last_allowed_token_is_a_stop(tiny_folder: Path) -> None:
    model = model_that_always_says(tiny_folder, "<|im_end|>")
    assert answers(model, requests(1), replace(SAMPLED, max_new_tokens=1)) == [Generated("", 0, "stop")]


def test_the_templates_end_of_turn_counts_as_an_end(model: HFModel) -> None:
    model.model.generation_config.eos_token_id = None
    model.tokenizer.eos_token = "<|endoftext|>"
    names = model.tokenizer.convert_ids_to_tokens(sorted(end_tokens(model.model, model.tokenizer)))
    assert names == ["<|endoftext|>", "<|im_end|>"]


def test_greedy_answers_are_those_of_transformers(model: HFModel) -> None:
    [request] = requests(1)
    prompt = model.tokenizer.apply_chat_template(
        [{"role": "user", "content": request.messages[0].content}], add_generation_prompt=True, return_tensors="pt"
    )
    whole = model.model.generate(**prompt, max_new_tokens=12, do_sample=False)
    expected = model.tokenizer.decode(whole[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    assert answers(model, [request], Decoding(12, temperature=0))[0].text == expected


def test_a_row_gives_the_same_answer_in_any_batch(model: HFModel) -> None:
    together = answers(model, requests(9), SAMPLED)
    assert [answers(model, [request], SAMPLED)[0] for request in requests(9)] == together


def test_the_seed_decides_the_answer(model: HFModel) -> None:
    [request] = requests(1)
    drawn = [answers(model, [replace(request, seed=seed)], SAMPLED)[0].text for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_skipping_a_stored_batch_leaves_the_others_as_they_were(model: HFModel) -> None:
    batches = list(model.generate(requests(9), SAMPLED))
    first = {row for row, _ in batches[0]}
    assert list(model.generate(requests(9), SAMPLED, skip=first.issuperset)) == batches[1:]


def test_a_prompt_without_room_is_refused_before_anything_is_generated(model: HFModel) -> None:
    long = GenerationRequest((Message("user", "word " * 1100),), seed=0)
    with pytest.raises(ModelError, match=r"Prompt 2 .* tokens and 12 new ones .* at most 1024"):
        model.generate([*requests(2), long], SAMPLED)


def test_padding_stands_in_front_and_is_masked() -> None:
    ids, mask = left_padded([[7, 8, 9], [5]])
    assert ids[0].tolist() == [7, 8, 9]
    assert ids[1, -1] == 5
    assert mask.tolist() == [[1, 1, 1], [0, 0, 1]]


def test_draws_follow_the_distribution() -> None:
    # P = .5 .3 .15 .05; 40,000 draws have a standard error of at most .0025: four of them are .01.
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05]).log().expand(40_000, 4)
    drawn = choose_tokens(logits, torch.arange(40_000), 0, Decoding(temperature=1, top_p=1))
    shares = drawn.bincount(minlength=4) / 40_000
    assert torch.allclose(shares, torch.tensor([0.5, 0.3, 0.15, 0.05]), atol=0.01)


def test_the_nucleus_is_the_fewest_tokens_that_reach_top_p() -> None:
    # .5 does not reach .75, .5 + .3 does: the other two are never drawn.
    logits = torch.tensor([0.05, 0.3, 0.15, 0.5]).log().expand(2000, 4)
    drawn = choose_tokens(logits, torch.arange(2000), 0, Decoding(temperature=1, top_p=0.75))
    assert set(drawn.tolist()) == {1, 3}


def test_a_nucleus_wider_than_the_head_is_not_cut() -> None:
    # 400 equal tokens, top_p .9: 360 of them are the nucleus; 8,000 draws miss one with (359/360)**8000 = 2e-10.
    drawn = choose_tokens(torch.zeros(8000, 400), torch.arange(8000), 0, Decoding(temperature=1, top_p=0.9))
    assert 359 <= len(set(drawn.tolist())) <= 361


def test_mix_is_splitmix64() -> None:
    # The first two outputs of the reference implementation from state 0 (state advances by the golden gamma).
    state = torch.tensor([0, 0x9E3779B97F4A7C15 - 2**64])
    assert [value % 2**64 for value in mix(state).tolist()] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]
