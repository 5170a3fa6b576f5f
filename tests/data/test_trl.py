"""Rows in TRL's formats, judged by TRL itself and held by the datasets library."""

from __future__ import annotations

import pytest
from trl.data_utils import is_conversational

from datasets import Dataset
from workbench.data import trl
from workbench.data.formats import Table
from workbench.data.layouts import COLUMNS
from workbench.errors import DataError

ASK, SAY, NAY = (
    {"role": "user", "content": "Why?"},
    {"role": "assistant", "content": "So."},
    {"role": "assistant", "content": "No."},
)
ROWS = {
    "text": ({"text": "a", "label": 3}, {"text": "a"}),
    "labelled": ({"text": "a", "label": 1, "id": 2}, {"text": "a", "label": 1}),
    "messages": ({"messages": [ASK, {**SAY, "name": "x"}]}, {"messages": [ASK, SAY]}),
    "prompts": ({"question": "Why?"}, {"prompt": [ASK]}),
    "alpaca": ({"instruction": "Why?", "output": "So."}, {"prompt": [ASK], "completion": [SAY]}),
    "completions": ({"prompt": "Why?", "completion": "So.", "id": 1}, {"prompt": [ASK], "completion": [SAY]}),
    "choices": (
        {"question": "Why?", "choices": ["No.", "So."], "answer": 1},
        {
            "prompt": [{"role": "user", "content": "Why?\nA. No.\nB. So."}],
            "completion": [{"role": "assistant", "content": "B. So."}],
        },
    ),
    "preferences": (
        {"prompt": "Why?", "chosen": [SAY], "rejected": "No."},
        {"prompt": [ASK], "chosen": [SAY], "rejected": [NAY]},
    ),
    "unpaired": (
        {"prompt": [ASK], "completion": "So.", "label": True},
        {"prompt": [ASK], "completion": [SAY], "label": True},
    ),
}


def test_every_layout_has_a_format():
    assert set(ROWS) == set(COLUMNS) == set(trl.FORMATS)


@pytest.mark.parametrize("layout", ROWS)
def test_a_row_becomes_what_trl_takes(layout):
    given, expected = ROWS[layout]
    assert trl.conversational(layout, given) == expected
    assert is_conversational(expected) == ("conversational" in trl.FORMATS[layout] or "prompt" in expected)


@pytest.mark.parametrize("layout", ROWS)
def test_the_datasets_library_holds_the_same_rows(layout):
    given, expected = ROWS[layout]
    assert list(Dataset.from_list(list(trl.rows(Table(layout, [given], "rows.jsonl"))))) == [expected]


def test_classes_with_names_and_numbers_become_one_type():
    table = Table("labelled", [{"text": "a", "label": 1}, {"text": "b", "label": "good"}], "rows.jsonl")
    assert [row["label"] for row in Dataset.from_list(list(trl.rows(table)))] == ["1", "good"]


def test_a_row_without_an_answer_is_named():
    table = Table("alpaca", [{"instruction": "a", "output": "b"}, {"instruction": "a"}], "rows.jsonl")
    with pytest.raises(DataError, match=r'rows\.jsonl, row 2: the column "output" is missing'):
        list(trl.rows(table))
