"""Every layout becomes rows of what is asked and what answers it."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from workbench.data import formats
from workbench.data.checks import Part, Row
from workbench.data.checks._rows import rows

USER, ASSISTANT = {"role": "user", "content": "Q?"}, {"role": "assistant", "content": "A."}
ASKED = (Part("user", "Q?"),)
TABLES = {
    "prompts": ({"prompt": "Q?", "label": 1}, Row(1, ASKED)),
    "alpaca": (
        {"instruction": "Sum up.", "input": "Q?", "output": "A."},
        Row(1, (Part("user", "Sum up."), *ASKED), (Part("assistant", "A."),)),
    ),
    "messages": ({"messages": [USER, ASSISTANT]}, Row(1, ASKED, (Part("assistant", "A."),))),
    "completions": ({"prompt": "Q?", "completion": "A."}, Row(1, ASKED, (Part("assistant", "A."),))),
    "preferences": (
        {"prompt": [USER], "chosen": [ASSISTANT], "rejected": [{"role": "assistant", "content": "B."}]},
        Row(1, ASKED, (Part("chosen", "A."), Part("rejected", "B."))),
    ),
    "unpaired": (
        {"messages": [USER, ASSISTANT], "label": True},
        Row(1, ASKED, (Part("assistant", "A."),), "True"),
    ),
    "text": ({"text": "Q?", "score": 1}, Row(1, ASKED)),
    "labelled": ({"sentence": "Q?", "label": "1"}, Row(1, ASKED, (), "1")),
    "choices": (
        {"question": "Q?", "choices": ["B.", "A."], "answer": "B"},
        Row(1, ASKED, (Part("assistant", "A."),)),
    ),
}


def test_no_layout_is_forgotten():
    assert set(TABLES) == set(get_args(formats.Layout))


@pytest.mark.parametrize("layout", TABLES)
def test_a_row_is_split_into_what_is_asked_and_what_answers(tmp_path, layout):
    written, expected = TABLES[layout]
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(written) + "\n")
    table = formats.read(path)
    assert (table.layout, rows(table)) == (layout, [expected])


def test_a_conversation_without_an_answer_ends_with_what_is_asked(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"messages": [USER, ASSISTANT, USER]}) + "\n")
    assert rows(formats.read(path)) == [Row(1, (*ASKED, Part("assistant", "A."), *ASKED))]
