"""The field's files in their own columns become rows of ours; what cannot is refused with row, column and fix."""

from __future__ import annotations

import pytest

from workbench.data import dialects
from workbench.data.layouts import COLUMNS
from workbench.errors import DataError

HUMAN, GPT = {"from": "human", "value": "Why?"}, {"from": "gpt", "value": "So."}
ASK, SAY, NAY = (
    {"role": "user", "content": "Why?"},
    {"role": "assistant", "content": "So."},
    {"role": "assistant", "content": "No."},
)
PAIR = {"prompt": [ASK], "chosen": [SAY], "rejected": [NAY]}
JUDGED = {"prompt": [ASK], "completion": [SAY], "label": True}
CHOICES = {"question": "Why?", "choices": ["No.", "So."], "answer": 1}
KNOWN = [
    ("sharegpt", {"conversations": [HUMAN, GPT]}, "messages", {"messages": [ASK, SAY]}),
    ("sharegpt pair", {"conversations": [HUMAN], "chosen": GPT, "rejected": {"from": "gpt", "value": "No."}},
     "preferences", PAIR),
    ("sharegpt judged", {"conversations": [HUMAN, GPT], "kto_tag": True}, "unpaired", JUDGED),
    ("messages judged", {"messages": [ASK, SAY], "label": True}, "unpaired", JUDGED),
    ("judged in csv", {"prompt": "Why?", "completion": "So.", "label": "False"}, "unpaired",
     {"prompt": "Why?", "completion": "So.", "label": False}),
    ("pair that repeats its conversation", {"prompt": "Why?", "chosen": [ASK, SAY], "rejected": [ASK, NAY]},
     "preferences", PAIR),
    ("pair that goes on from its prompt", {"prompt": [ASK], "chosen": [SAY, ASK, SAY], "rejected": [SAY, ASK, NAY]},
     "preferences", {"prompt": [ASK, SAY, ASK], "chosen": [SAY], "rejected": [NAY]}),
    ("pair without a prompt", {"chosen": [ASK, SAY], "rejected": [ASK, NAY]}, "preferences", PAIR),
    ("hh-rlhf", {"chosen": "\n\nHuman: Why?\n\nAssistant: So.", "rejected": "\n\nHuman: Why?\n\nAssistant: No."},
     "preferences", PAIR),
    ("pair to an instruction", {"instruction": "Add.", "input": "1 2", "chosen": "3", "rejected": "4"}, "preferences",
     {"prompt": "Add.\n\n1 2", "chosen": "3", "rejected": "4"}),
    ("prompt and response", {"prompt": "Why?", "response": "So."}, "completions",
     {"prompt": "Why?", "completion": "So."}),
    ("dolly", {"instruction": "Add.", "context": "1 2", "response": "3", "category": "sums"}, "alpaca",
     {"instruction": "Add.", "input": "1 2", "output": "3", "category": "sums"}),
    ("alpaca with turns", {"instruction": "Why?", "output": "So.", "system": "Be kind.", "history": [["Why?", "No."]]},
     "completions", {"prompt": [{"role": "system", "content": "Be kind."}, ASK, NAY, ASK], "completion": "So."}),
    ("messages in csv", {"messages": '[{"role": "user", "content": "Why?"}]'}, "messages", {"messages": [ASK]}),
    ("choices by index", {"question": "Why?", "choices": ["No.", "So."], "label": 1}, "choices", CHOICES),
    ("choices by letter", {"question": "Why?", "choices": ["No.", "So."], "answer": "B"}, "choices", CHOICES),
    ("choices by words", {"question": "Why?", "choices": ["No.", "So."], "answer": "So."}, "choices", CHOICES),
    ("arc", {"question": "Why?", "choices": {"text": ["No.", "So."], "label": ["1", "2"]}, "answerKey": "2"},
     "choices", CHOICES),
    ("choices in csv", {"question": "Why?", "choices": '["No.", "So."]', "answer": "1"}, "choices", CHOICES),
    ("bbq", {"context": "Rain.", "question": "Why?", "ans0": "No.", "ans1": "So.", "label": 1, "category": "Age"},
     "choices", {**CHOICES, "question": "Rain.\n\nWhy?", "category": "Age"}),
    ("nq-open", {"question": "why", "answers": ["so", "thus"]}, "completions", {"prompt": "why", "completion": "so"}),
    ("squad", {"context": "Rain.", "question": "Why?", "answers": {"text": ["So."], "answer_start": [0]}},
     "completions", {"prompt": "Rain.\n\nWhy?", "completion": "So."}),
    ("boolq", {"passage": "Rain.", "question": "wet", "answer": True}, "completions",
     {"prompt": "Rain.\n\nwet", "completion": "yes"}),
    ("xsum", {"document": "Long.", "summary": "Short."}, "completions",
     {"prompt": "Long.\n\nSummarise the text above.", "completion": "Short."}),
    ("sst2", {"sentence": "fine", "label": "1"}, "labelled", {"text": "fine", "label": 1}),
    ("true and false as classes", {"text": "fine", "label": True}, "labelled", {"text": "fine", "label": 1}),
    ("plain text", {"document": "Long.", "id": 7}, "text", {"text": "Long.", "id": 7}),
]  # fmt: skip
OURS = [
    {"prompt": "Why?", "id": 1}, {"question": "Why?"}, {"instruction": "Add.", "note": None}, {"messages": [ASK]},
    {"prompt": "Why?", "completion": "So."}, PAIR, JUDGED, CHOICES, {"text": "fine"}, {"text": "fine", "label": "good"},
]  # fmt: skip


@pytest.mark.parametrize(("row", "layout", "ours"), [one[1:] for one in KNOWN], ids=[one[0] for one in KNOWN])
def test_a_dialect_becomes_our_layout(row, layout, ours):
    assert dialects.of(row).layout == layout
    assert dialects.converted(row, layout, False, "row 1") == ours


@pytest.mark.parametrize("row", [*OURS, *(one[3] for one in KNOWN)], ids=lambda row: " ".join(map(str, row)))
def test_a_row_of_ours_stays_as_it_is(row):
    assert dialects.converted(row, dialects.of(row).layout, False, "row 1") is row


def test_every_layout_is_some_row_of_ours():
    assert {dialects.of(row).layout for row in OURS} == set(COLUMNS)


@pytest.mark.parametrize(
    ("row", "layout"),
    [
        ({"question": "Why?", "answer": 3}, "prompts"),  # a number may mean anything
        ({"prompt": "Why?", "completion": "So.", "label": "maths"}, "completions"),  # a label that judges nothing
        ({"messages": [ASK], "label": 1}, "messages"),
        ({"prompt": "Why?", "chosen": None, "rejected": None}, "prompts"),  # a column of nulls is none
    ],
)
def test_columns_that_could_mean_more_are_read_by_their_values(row, layout):
    assert dialects.of(row).layout == layout


def test_a_layout_that_a_person_chose_leaves_out_what_others_read():
    row = {"prompt": "Why?", "completion": "So.", "topic": "rain"}
    assert dialects.converted(row, "prompts", True, "row 1") == {"prompt": "Why?", "topic": "rain"}


BROKEN = [
    ("messages", {"conversations": []}, "column 'conversations': expected a list of turns.*human"),
    ("messages", {"conversations": ["hi"]}, "turn 1: expected an object with from and value"),
    ("messages", {"conversations": [{"from": "tool", "value": "x"}]}, "turn 1: 'tool' is not one of human, gpt"),
    ("messages", {"conversations": [{"from": "gpt", "value": 3}]}, "message 1: there is no text under 'content'"),
    ("preferences", {"prompt": [ASK], "chosen": [ASK, SAY], "rejected": [NAY, NAY]}, "differ before their last turn"),
    ("preferences", {"chosen": "So.", "rejected": "No."}, "nothing that chosen and rejected answer.*--map prompt="),
    ("preferences", {"prompt": [SAY], "chosen": "a", "rejected": "b"}, "column 'prompt': there is no user's turn"),
    ("preferences", {"prompt": "a", "chosen": [ASK], "rejected": "b"}, "'chosen': expected one assistant's turn"),
    ("unpaired", {"prompt": "a", "completion": "b", "label": "so"}, "'so' is not true or false.*text and label"),
    ("unpaired", {"messages": [ASK], "label": True}, "a judged conversation ends with an assistant's answer"),
    ("choices", {"question": "a", "choices": ["b"], "answer": 0}, "'choices': expected a list of two or more"),
    ("choices", {"question": "a", "choices": ["b", 3], "answer": 0}, "choice 2 is not a text"),
    ("choices", {"question": "a", "choices": ["b", "c"], "answer": 2}, "'answer': 2 names none of the 2 choices"),
    ("choices", {"question": "a", "choices": ["b", "c"], "answer": True}, "'answer': True names none"),
    ("choices", {"question": ["a"], "choices": ["b", "c"], "answer": 1}, "'question': a value of type list is not"),
    ("completions", {"question": "a", "answers": []}, "there is no answer"),
    ("completions", {"question": "a", "answers": [None]}, "'completion': null is not text"),
    ("labelled", {"text": "a", "label": 0.5}, "a value of type float is neither text nor a whole number"),
    ("labelled", {"text": "a", "label": None}, "column 'label': null"),
    ("text", {"label": 1}, r"'text' is missing, which text needs; it has label.*--map text=COLUMN"),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "row", "message"), BROKEN, ids=[message[:40] for *_, message in BROKEN])
def test_a_broken_row_is_refused_with_its_place_and_the_fix(layout, row, message):
    with pytest.raises(DataError, match=message) as refused:
        dialects.converted(row, layout, False, "rows.jsonl, row 7")
    assert str(refused.value).startswith("rows.jsonl, row 7")
    assert refused.value.hint


def test_a_row_that_says_more_than_its_neighbours_is_refused_rather_than_cut():
    row = {"prompt": "Why?", "completion": "So.", "label": True}
    with pytest.raises(DataError, match=r"row 7 is laid out as unpaired \(it has label\), most others as completions"):
        dialects.converted(row, "completions", False, "row 7")
