"""Which rows are held out follows from what they ask, on every machine, whatever rows are added."""

from __future__ import annotations

import pytest

from workbench.data.formats import Table
from workbench.data.splits import Split, evaluation_only, held_out, held_out_rows, of, training
from workbench.errors import DataError
from workbench.records import Message
from workbench.store import prompts, settings

ROWS = [{"prompt": f"How many are {n}?", "completion": str(n), "family": n % 7} for n in range(200)]


def table(rows):
    return Table("completions", rows, "rows.jsonl")


def test_a_hash_is_held_out_by_its_first_32_bits():
    # 0x40000000 / 2**32 = 0.25
    assert (held_out("40000000ff", 0.26), held_out("40000000ff", 0.25)) == (True, False)


def test_the_share_of_many_rows_is_near_what_was_asked_for():
    # 200 draws at 0.2: 40 expected, standard deviation 5.7; within three of them
    assert 23 <= sum(held_out_rows(table(ROWS), Split(0.2))) <= 57


def test_without_a_share_every_row_is_trained_on():
    assert training(table(ROWS), Split()) == table(ROWS)


def test_rows_that_are_added_move_no_other():
    before = held_out_rows(table(ROWS), Split(0.3))
    assert held_out_rows(table([{"prompt": "New?", "completion": ""}, *ROWS]), Split(0.3))[1:] == before


def test_a_larger_share_keeps_what_a_smaller_one_held_out():
    small, large = (held_out_rows(table(ROWS), Split(share)) for share in (0.1, 0.3))
    assert all(more for one, more in zip(small, large, strict=True) if one)


def test_rows_that_ask_the_same_stay_together_whatever_they_answer():
    twice = [row for row in ROWS for row in (row, {**row, "completion": "Another."})]
    out = held_out_rows(table(twice), Split(0.5))
    assert out[::2] == out[1::2]
    assert len(set(out)) == 2


def test_a_family_stays_together():
    out = held_out_rows(table(ROWS), Split(0.5, "family"))
    assert all(len({one for one, row in zip(out, ROWS, strict=True) if row["family"] == n}) == 1 for n in range(7))
    assert len(set(out)) == 2


def test_a_row_without_its_family_is_named():
    with pytest.raises(DataError, match=r"rows.jsonl, row 2: the column 'family' is missing.*--family"):
        held_out_rows(table([ROWS[0], {"prompt": "a", "completion": "b"}]), Split(0.5, "family"))


@pytest.mark.parametrize(
    ("layout", "rows"),
    [
        ("alpaca", [{"instruction": "Why?", "output": "a"}, {"instruction": "Why?", "input": "", "output": "b"}]),
        ("choices", [{"question": "a", "choices": ["b", "c"], "answer": n} for n in (0, 1)]),
        ("messages", [{"messages": [{"role": "assistant", "content": "a"}]}] * 2),
    ],
)
def test_every_layout_has_families(layout, rows):
    parts = [[evaluation_only(layout, row, Split(share), "row 1") for row in rows] for share in (0.01, 0.5, 0.99)]
    assert all(len(set(part)) == 1 for part in parts)


def test_a_row_and_the_prompt_made_of_it_are_held_out_together(store):
    settings.put(store, settings.EVALUATION_SHARE, "0.3")
    stored = prompts.add(store, [(Message("user", row["prompt"]),) for row in ROWS])
    assert [one.evaluation_only for one in stored] == held_out_rows(table(ROWS), Split(0.3))


def test_prompts_of_held_out_rows_are_for_evaluation_only(store):
    settings.put(store, settings.EVALUATION_SHARE, "0")
    asked = [(Message("user", text),) for text in ("a", "b", "c")]
    stored = prompts.add(store, asked, None, [False, True, False])
    assert [one.evaluation_only for one in stored] == [False, True, False]


def test_a_card_remembers_the_split():
    assert of({"eval_share": 0.1, "family": "topic"}) == Split(0.1, "topic")
    assert of({}) == Split(0.0, None)
