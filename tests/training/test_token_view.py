from __future__ import annotations

import pytest
from dpo_runs import pair
from sft_runs import example

from workbench.models.chat_template import end_of_turn
from workbench.training import dpo_preflight, sft_preflight, token_view
from workbench.training.weights import load


@pytest.fixture(scope="module")
def tokenizer(base):
    return load(base).tokenizer


def seen(example, tokenizer, max_length=64):
    return token_view.view(1, "kept", example, tokenizer, max_length, end_of_turn(tokenizer))


def text(sequence, part):
    return "".join("".join(one.texts) for one in sequence.stretches if one.part == part)


def test_the_parts_of_an_example_are_its_whole_text(tokenizer):
    (answer,) = seen(sft_preflight.tokenise(example("Hi", "Yes, 10 °C."), tokenizer), tokenizer).sequences
    whole = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes, 10 °C."}]
    assert "".join("".join(one.texts) for one in answer.stretches) == tokenizer.apply_chat_template(
        whole, tokenize=False
    )
    assert text(answer, "trained").startswith("Yes, 10 °C.")
    assert answer.ends
    assert answer.tokens - answer.loss_tokens == sum(one.tokens for one in answer.stretches if one.part == "prompt")


def test_what_is_cut_is_told_and_takes_the_end_of_the_turn_with_it(tokenizer):
    whole = sft_preflight.tokenise(example("Hi", "Yes. " * 100), tokenizer)
    (answer,) = seen(whole, tokenizer).sequences
    assert (answer.tokens, answer.ends, text(answer, "end of turn")) == (64, False, "")
    cut = next(one for one in answer.stretches if one.part == "cut")
    assert cut.tokens == len(whole.prompt) + len(whole.answer) - 64


def test_a_pair_has_two_sequences_with_one_prompt(tokenizer):
    row = seen(dpo_preflight.tokenise(pair("Hi", "Yes.", "No."), tokenizer), tokenizer)
    chosen, rejected = row.sequences
    assert (chosen.name, rejected.name) == ("chosen", "rejected")
    assert text(chosen, "prompt") == text(rejected, "prompt")
    assert text(chosen, "trained").startswith("Yes.")


def test_a_character_of_several_tokens_stands_whole(tokenizer):
    ids = tokenizer.encode("a😀b", add_special_tokens=False)
    pieces = token_view.texts(ids, tokenizer)
    assert "".join(pieces) == "a😀b"
    assert "😀" in pieces


def test_the_first_rows_of_each_fate_are_shown():
    fates = ["kept", "kept", "identical", "kept", "identical", "kept"]
    # of those kept 0 and 1 (5 is cut, and a kind of its own), of the identical 2
    assert token_view.shown(fates, [False] * 5 + [True], kept=2, others=1) == [0, 1, 2, 5]
