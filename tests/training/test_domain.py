"""Plain text: every token of every document is learned once, ends are marked, and no template comes near it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sft_runs
from dpo_runs import Recorder

from workbench.data.formats import Table
from workbench.errors import DataError, TrainingRefused
from workbench.training import domain, text_rows
from workbench.training.weights import load

DOCUMENTS = [{"text": f"The river runs past the old mill for the {n}th time. " * (1 + n % 3)} for n in range(6)]
SETTINGS = replace(sft_runs.SETTINGS, max_length=32)


@pytest.fixture(scope="module")
def tokenizer(base):
    return load(base).tokenizer


def test_the_sequences_are_all_documents_each_with_its_end(tokenizer):
    made = text_rows.sequences(DOCUMENTS, tokenizer, 32)
    joined = [token for one in made for token in one]
    text = "".join(f"{row['text']}{tokenizer.eos_token}" for row in DOCUMENTS)
    assert tokenizer.decode(joined) == text
    assert all(len(one) == 32 for one in made[:-1])
    assert joined.count(tokenizer.eos_token_id) == len(DOCUMENTS)


def test_a_last_sequence_of_one_token_teaches_nothing(tokenizer):
    length = len(tokenizer("The river.", add_special_tokens=False)["input_ids"])
    assert [len(one) for one in text_rows.sequences([{"text": "The river."}], tokenizer, length)] == [length]


def test_the_counts_are_those_of_what_is_trained_on(tokenizer):
    kept, report = text_rows.examine([*DOCUMENTS, {"text": " \n"}], tokenizer, 32)
    made = text_rows.sequences(DOCUMENTS, tokenizer, 32)
    assert (report.rows, report.kept, report.empty, report.sequences) == (7, 6, 1, len(made))
    assert report.loss_tokens == sum(len(one) - 1 for one in made)
    assert kept == DOCUMENTS


def test_it_learns_the_text(base, tmp_path):
    outcome = domain.run(SETTINGS, base, DOCUMENTS, tmp_path, Recorder(), saved=tmp_path / "saved")
    assert outcome.last_loss < outcome.first_loss
    assert outcome.first_loss == pytest.approx(outcome.gate.base_loss, rel=0.2)  # the first step has four sequences
    assert outcome.form == "merged"


def test_no_text_is_refused(tokenizer):
    with pytest.raises(TrainingRefused, match="None of the 1 documents"):
        text_rows.examine([{"text": ""}], tokenizer, 32)


def test_rows_with_answers_are_no_plain_text():
    with pytest.raises(DataError, match="needed is plain text"):
        text_rows.text_rows(Table("alpaca", [{"instruction": "a", "output": "b"}], "rows.json"))
