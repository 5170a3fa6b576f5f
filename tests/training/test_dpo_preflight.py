from __future__ import annotations

from dataclasses import asdict

import pytest
from dpo_runs import pair

from workbench.errors import TrainingRefused
from workbench.training import dpo_preflight
from workbench.training.dpo import build_trainer
from workbench.training.settings import DPOSettings
from workbench.training.weights import load

SHORT = pair("Hi", "Yes.", "No.")
SAME = pair("Hi", "Yes.", "Yes.")
LONG_PROMPT = pair("word " * 200, "Yes.", "No.")
LONG_ANSWER = pair("Hi", "Yes. " * 100, "No.")
LATE_DIFFERENCE = pair("Hi", "Yes. " * 100 + "a", "Yes. " * 100 + "b")


@pytest.fixture(scope="module")
def tokenizer(base):
    return load(base).tokenizer


def test_tokens_are_those_that_trl_trains_on(base, rows, tokenizer, tmp_path):
    trainer = build_trainer(DPOSettings(), load(base), [*rows, LONG_ANSWER], tmp_path)
    ours = [dpo_preflight.tokenise(row, tokenizer) for row in [*rows, LONG_ANSWER]]
    theirs = trainer.train_dataset
    assert [pair.prompt for pair in ours] == list(theirs["prompt_ids"])
    assert [pair.chosen for pair in ours] == list(theirs["chosen_ids"])
    assert [pair.rejected for pair in ours] == list(theirs["rejected_ids"])


def test_trl_drops_exactly_the_prompts_counted_as_too_long(base, tokenizer, tmp_path):
    rows = [SHORT, LONG_PROMPT, LONG_ANSWER]
    lengths = [len(dpo_preflight.tokenise(row, tokenizer).prompt) for row in rows]
    for max_length in (lengths[1], lengths[1] + 1):
        trainer = build_trainer(DPOSettings(max_length=max_length), load(base), rows, tmp_path)
        _, report = dpo_preflight.examine(rows, tokenizer, max_length)
        assert len(trainer.train_dataset) == report.rows - report.prompt_too_long


def test_every_pair_is_counted_once(tokenizer):
    kept, report = dpo_preflight.examine([SHORT, SAME, LONG_PROMPT, LONG_ANSWER, LATE_DIFFERENCE], tokenizer, 64)
    assert kept == [SHORT, LONG_ANSWER]
    # Two answers are cut to the same tokens, so their difference cannot be learned: identical as well.
    # The long answer loses its end-of-turn token, its rejected one keeps it.
    short = dpo_preflight.tokenise(SHORT, tokenizer)
    rejected = len(short.prompt) + len(short.rejected)  # "Hi" and "No.", in both pairs
    tokens = len(short.prompt) + len(short.chosen) + rejected + 64 + rejected
    assert asdict(report) == {
        "rows": 5, "kept": 2, "identical": 2, "prompt_too_long": 1, "truncated": 1,
        "duplicate": 0, "contradicting": 0, "tokens": tokens, "loss_tokens": tokens - 4 * len(short.prompt),
        "chosen_end_of_turn": 1, "rejected_end_of_turn": 2, "max_length": 64,
    }  # fmt: skip


def test_pairs_that_repeat_or_contradict_another_are_counted_and_kept(tokenizer):
    turned = pair("Hi", "No.", "Yes.")
    kept, report = dpo_preflight.examine([SHORT, SHORT, turned, pair("Ho", "Yes.", "No.")], tokenizer, 64)
    assert (len(kept), report.duplicate, report.contradicting) == (4, 1, 3)


def test_nothing_left_is_refused_with_the_reasons(tokenizer):
    with pytest.raises(TrainingRefused, match=r"None of the 2 pairs .* 1 have identical answers, 1 a prompt of 64"):
        dpo_preflight.examine([SAME, LONG_PROMPT], tokenizer, 64)


def test_no_pairs_are_refused(tokenizer):
    with pytest.raises(TrainingRefused, match="no pairs"):
        dpo_preflight.examine([], tokenizer, 64)


def test_answers_that_never_end_are_refused(tokenizer):
    with pytest.raises(TrainingRefused, match=r"end-of-turn token in the loss \(1 are cut"):
        dpo_preflight.examine([pair("Hi", "Yes. " * 100, "No. " * 100)], tokenizer, 64)


def test_a_template_that_ends_no_turn_is_refused(base):
    tokenizer = load(base).tokenizer
    tokenizer.chat_template = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '\n' }}{% endfor %}"
    with pytest.raises(TrainingRefused, match="end-of-turn"):
        dpo_preflight.examine([SHORT], tokenizer, 64)


def test_a_tokenizer_without_a_template_is_refused(base):
    tokenizer = load(base).tokenizer
    tokenizer.chat_template = None
    with pytest.raises(TrainingRefused, match="no chat template"):
        dpo_preflight.examine([SHORT], tokenizer, 64)
