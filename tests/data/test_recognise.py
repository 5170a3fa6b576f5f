"""The layout comes from rows of the whole file, is shown with what was seen, and can be overridden."""

from __future__ import annotations

import json

import pytest

from workbench.data import formats, recognise
from workbench.errors import DataError, UnknownName


def meaning(rows, layout=None, **columns):
    return recognise.meaning(rows, "rows.jsonl", layout, columns)


def test_most_rows_decide_and_the_evidence_counts_them():
    found = meaning([{"text": "a"}, {"prompt": "b"}, {"prompt": "c", "id": 1}])
    assert found.layout == "prompts"
    assert found.evidence == "layout prompts: 2 of 3 sampled rows; columns text (1 of 3), prompt (2 of 3), id (1 of 3)"


def test_of_layouts_equally_frequent_the_earlier_is_meant():
    assert meaning([{"text": "a"}, {"prompt": "b"}]).layout == "text"


def test_a_named_column_is_renamed_before_the_layout_is_asked_for():
    found = meaning([{"ask": "a", "reply": "b"}], prompt="ask", completion="reply")
    assert (found.layout, dict(found.columns)) == ("completions", {"prompt": "ask", "completion": "reply"})


def test_a_named_column_keeps_layouts_away_that_do_not_read_it():
    rows = [{"question": "a", "choices": ["b", "c"], "answer": 0, "topic": "rain"}]
    assert (meaning(rows).layout, meaning(rows, prompt="topic").layout) == ("choices", "prompts")


def test_a_chosen_layout_is_taken_as_it_is():
    assert (meaning([{"prompt": "a", "completion": "b"}], "prompts").layout) == "prompts"


@pytest.mark.parametrize(
    ("layout", "columns", "error", "message"),
    [
        ("alpacca", {}, UnknownName, "Unknown layout 'alpacca'. Did you mean alpaca"),
        (None, {"promt": "a"}, UnknownName, "Unknown column of ours 'promt'. Did you mean prompt"),
        ("text", {"prompt": "a"}, UnknownName, "Unknown column of ours 'prompt'. Known: text"),
        (None, {"prompt": "b"}, DataError, r"has no column 'b', which was to be prompt\. It has a"),
    ],
)
def test_wrong_wishes_are_refused_with_what_there_is(layout, columns, error, message):
    with pytest.raises(error, match=message):
        meaning([{"a": "x"}], layout, **columns)


def test_a_spread_sample_reaches_both_ends_of_a_stream():
    # 10 rows, at most 4: every row until 5 are kept, every second until 5 are kept (0 2 4 6 8), then every fourth
    assert recognise.spread(({"n": n} for n in range(10)), most=4) == [{"n": 0}, {"n": 4}, {"n": 8}]


@pytest.fixture
def long_file(tmp_path, monkeypatch):
    """300 rows whose first 100 are unlike the others; read by jumps from 1 kB on."""
    monkeypatch.setattr(recognise, "_SHORT", 1000)
    monkeypatch.setattr(recognise, "SAMPLE", 30)
    path = tmp_path / "rows.jsonl"
    rows = [{"text": f"{n:03}" if n < 100 else None, "prompt": None if n < 100 else f"{n:03}"} for n in range(300)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_long_file_is_sampled_over_its_whole_length(long_file):
    # 30 jumps, evenly: a third of them land in the first hundred rows
    found = [row["text"] or row["prompt"] for row in recognise.sample(long_file)]
    assert (len(found), found[0], found == sorted(found)) == (30, "000", True)
    assert [sum(one < "100" for one in found), sum(one >= "200" for one in found)] == [10, 10]
    assert recognise.meaning(recognise.sample(long_file), "x", None, {}).layout == "prompts"


def test_a_row_unlike_the_sample_is_refused_by_its_number(long_file):
    with pytest.raises(DataError, match=r"row 1, column 'prompt': null"):
        formats.read(long_file)


def test_a_broken_line_does_not_disturb_the_sample(long_file):
    long_file.write_bytes(b"\xff\n" + long_file.read_bytes() + b"{\n")
    assert len(recognise.sample(long_file)) >= 28
