from __future__ import annotations

import pytest
from sft_runs import eight_examples, example

from workbench.errors import TrainingRefused
from workbench.training import sft, sft_preflight
from workbench.training.settings import SFTSettings
from workbench.training.weights import load

SHORT = example("Hi", "Yes.")
EMPTY = example("Hi", " \n")
LONG_PROMPT = example("word " * 200, "Yes.")
LONG_ANSWER = example("Hi", "Yes. " * 100)


@pytest.fixture(scope="module")
def tokenizer(base):
    return load(base).tokenizer


def test_tokens_are_those_that_trl_trains_on(base, tokenizer, tmp_path):
    rows = [*eight_examples(), LONG_ANSWER]
    theirs = sft.build_trainer(SFTSettings(max_length=64), load(base), rows, tmp_path).train_dataset
    for row, prepared in zip(rows, theirs, strict=True):
        ours = sft_preflight.tokenise(row, tokenizer).within(64)
        assert prepared["input_ids"] == ours.prompt + ours.answer
        assert prepared["labels"] == [-100] * len(ours.prompt) + ours.answer


def test_trl_drops_exactly_the_rows_counted_as_too_long(base, tokenizer, tmp_path):
    rows = [SHORT, LONG_PROMPT]
    length = len(sft_preflight.tokenise(LONG_PROMPT, tokenizer).prompt)
    for max_length in (length, length + 1):
        trainer = sft.build_trainer(SFTSettings(max_length=max_length), load(base), rows, tmp_path)
        _, report = sft_preflight.examine(rows, tokenizer, max_length)
        assert len(trainer.train_dataset) == report.rows - report.prompt_too_long


def test_every_row_is_counted_once(tokenizer):
    kept, report = sft_preflight.examine([SHORT, EMPTY, LONG_PROMPT, LONG_ANSWER], tokenizer, 64)
    assert kept == [SHORT, LONG_ANSWER]
    counts = (report.rows, report.kept, report.empty, report.prompt_too_long, report.truncated, report.end_of_turn)
    assert counts == (4, 2, 1, 1, 1, 1)
    short = sft_preflight.tokenise(SHORT, tokenizer)
    assert report.tokens == len(short.prompt) + len(short.answer) + 64  # the long answer fills max_length
    assert report.loss_tokens == report.tokens - 2 * len(short.prompt)  # both prompts are "Hi"


def test_rows_that_repeat_or_contradict_another_are_counted_and_kept(tokenizer):
    kept, report = sft_preflight.examine([SHORT, SHORT, example("Hi", "No."), example("Ho", "Yes.")], tokenizer, 64)
    assert (len(kept), report.duplicate, report.contradicting) == (4, 1, 3)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "no rows"),
        ([EMPTY, LONG_PROMPT], "None of the 2 rows .* 1 have an empty answer, 1 a prompt of 64 tokens"),
        ([LONG_ANSWER], r"end-of-turn token in the loss \(1 are cut"),
    ],
)
def test_a_run_that_could_not_teach_is_refused(tokenizer, rows, words):
    with pytest.raises(TrainingRefused, match=words):
        sft_preflight.examine(rows, tokenizer, 64)


def test_a_tokenizer_without_a_template_is_refused(base):
    tokenizer = load(base).tokenizer
    tokenizer.chat_template = None
    with pytest.raises(TrainingRefused, match="no chat template"):
        sft_preflight.examine([SHORT], tokenizer, 64)
