"""Answers made elsewhere: tables are read by the names of their columns, and a layout by rows of the whole file."""

from __future__ import annotations

import json

import pytest

from workbench.data import completions
from workbench.data.completions.found import Found
from workbench.errors import DataError
from workbench.records import Message

CRITERIA = ("fluency", "coherence")
ASK = [{"role": "user", "content": "Why?"}]


def written(folder, rows, name="rows.jsonl"):
    path = folder / name
    path.write_text(rows if isinstance(rows, str) else "".join(json.dumps(row) + "\n" for row in rows))
    return path


def read(folder, rows, name="rows.jsonl"):
    return completions.read(written(folder, rows, name), CRITERIA)


def texts(found):
    return [(one.prompt[-1].content, one.text, one.model) for one in found.answers]


@pytest.mark.parametrize("key", ["completion", "response", "output", "answer", "generation"])
def test_an_answer_is_found_under_its_usual_names(tmp_path, key):
    assert texts(read(tmp_path, [{"prompt": "Why?", key: "So.", "model": "m"}])) == [("Why?", "So.", "m")]


def test_prompts_are_text_conversations_or_instructions_with_their_input(tmp_path):
    rows = [
        {"prompt": [{"role": "system", "content": "Be kind."}, *ASK], "completion": "a"},
        {"messages": ASK, "response": [{"role": "assistant", "content": "b"}]},
        {"instruction": "Add.", "input": "1 2", "output": "c", "generator": "gpt"},
    ]
    found = read(tmp_path, rows)
    assert texts(found) == [("Why?", "a", None), ("Why?", "b", None), ("Add.\n\n1 2", "c", "gpt")]
    assert found.answers[0].prompt[0] == Message("system", "Be kind.")


def test_an_answer_may_be_empty_and_may_have_been_cut(tmp_path):
    found = read(
        tmp_path, [{"prompt": "a", "completion": "", "finish_reason": "length"}, {"prompt": "b", "output": ""}]
    )
    assert [(one.text, one.finish_reason) for one in found.answers] == [("", "length"), ("", "stop")]


def test_rows_that_repeat_an_answer_are_one_answer_with_more_ratings(tmp_path):
    row = {"prompt": "Why?", "response": "So.", "model": "m"}
    rows = [
        {**row, "rater": "ada", "criterion": "fluency", "score": 4, "created_at": "2026-01-31T09:00:00Z"},
        {**row, "annotator": 7, "scores": {"fluency": 5, "coherence": 2}},
        {**row, "rater": "bob", "rating": "3"},
    ]
    found = read(tmp_path, rows)
    assert len(found.answers) == 1
    assert [(one.rater, one.criterion, one.value) for one in found.scores] == [
        ("ada", "fluency", 4), ("7", "fluency", 5), ("7", "coherence", 2), ("bob", None, 3),
    ]  # fmt: skip
    assert [one.at for one in found.scores] == ["2026-01-31T09:00:00Z", None, None, None]
    assert found.scores[3].place == f"{tmp_path}/rows.jsonl, row 3"


def test_columns_named_like_a_criterion_are_scores_and_empty_cells_none(tmp_path):
    found = read(
        tmp_path, 'prompt,response,model,rater,fluency,coherence,notes\nWhy?,"So, so.",m,ada,4,,9\n', "rows.csv"
    )
    assert texts(found) == [("Why?", "So, so.", "m")]
    assert [(one.rater, one.criterion, one.value) for one in found.scores] == [("ada", "fluency", 4.0)]


@pytest.mark.parametrize(
    ("left", "right", "winner", "outcome"),
    [
        ("response_a", "response_b", "model_a", "left"), ("response_a", "response_b", "B", "right"),
        ("answer1", "answer2", "answer2", "right"), ("output_1", "output_2", 1, "left"),
        ("completion_a", "completion_b", "tie", "tie"), ("text-1", "text-2", "both_bad", "both_bad"),
    ],
)  # fmt: skip
def test_two_answers_and_a_winner_are_a_comparison(tmp_path, left, right, winner, outcome):
    found = read(tmp_path, [{"prompt": "Why?", left: "a", right: "b", "winner": winner, "rater": "ada"}])
    (one,) = found.comparisons
    assert (found.answers[one.left].text, found.answers[one.right].text) == ("a", "b")
    assert (one.outcome, one.rater) == (outcome, "ada")


def test_two_answers_without_a_winner_are_answers_of_their_models(tmp_path):
    row = {"prompt": "Why?", "response_a": "a", "response_b": "b", "model_a": "m", "model_b": "n", "winner": None}
    found = read(tmp_path, [row])
    assert texts(found) == [("Why?", "a", "m"), ("Why?", "b", "n")]
    assert found.comparisons == []


def test_a_json_file_holds_an_array(tmp_path):
    assert (
        len(read(tmp_path, '[{"prompt": "a", "output": "b"}, {"prompt": "c", "output": "d"}]', "rows.json").answers)
        == 2
    )


def test_what_was_found_survives_as_text(tmp_path):
    rows = [
        {"prompt": ASK, "response": "a", "model": "m", "score": 4, "rater": "ada"},
        {"prompt": "b", "response_a": "x", "response_b": "y", "winner": "tie"},
    ]
    found = read(tmp_path, rows)
    found.leave_out("marks")
    again = Found.from_json(found.json())
    assert (again.answers, again.scores, again.comparisons, again.left_out) == (
        found.answers, found.scores, found.comparisons, {"marks": 1},
    )  # fmt: skip


BROKEN = [
    ([], "rows.jsonl holds no rows"),
    ([{"prompt": "a", "chosen": "b"}], r"row 1: no known layout has the keys chosen, prompt\. Known are a sample file"),
    ([{"prompt": "a", "output": "b"}, {"question": "a"}], "row 2: no known layout has the keys question"),
    ([{"prompt": "a", "output": 3}], "row 1: 'output' is int, not text"),
    ([{"prompt": " ", "output": "b"}], "row 1: 'prompt' is empty"),
    ([{"prompt": "a", "output": None}], "row 1: there is no answer. Name its column one of: completion, response"),
    ([{"prompt": "", "output": "b"}], "row 1: there is no prompt"),
    ([{"prompt": [{"role": "user"}], "output": "b"}], "key 'prompt', message 1: there is no text under 'content'"),
    ([{"prompt": "a", "output": "\ud83d"}], "row 1, key 'output': half a character"),
    ([{"prompt": "a", "output": "b", "model": ["m"]}], "row 1: 'model' is list, not a name"),
    ([{"prompt": "a", "output": "b", "score": "good"}], "row 1: 'score' is 'good', not a number"),
    ([{"prompt": "a", "output": "b", "score": True}], "row 1: 'score' is True, not a number"),
    ([{"prompt": "a", "output": "b", "fluency": float("nan")}], "row 1: 'fluency' is nan, not a number"),
    ([{"prompt": "a", "output": "b", "scores": [4]}], "row 1: 'scores' is list"),
    ([{"prompt": "a", "output_a": "b", "output_b": "c", "winner": "x"}], "'x' does not say which answer is better"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "message"), BROKEN, ids=[message[:40] for _, message in BROKEN])
def test_a_broken_row_is_refused_with_its_place_and_the_fix(tmp_path, rows, message):
    with pytest.raises(DataError, match=message):
        read(tmp_path, rows)


def test_an_unknown_row_in_the_midst_of_many_is_found(tmp_path):
    rows = [{"prompt": str(n), "output": "b"} for n in range(500)]
    with pytest.raises(DataError, match="row 500: no known layout"):
        read(tmp_path, [*rows[:-1], {"text": "a"}])
    with pytest.raises(DataError, match=r"row 250: there is no answer"):  # one that the sample passes by
        read(tmp_path, [*rows[:249], {"prompt": "a"}, *rows[250:]])


def test_two_layouts_in_one_file_are_refused(tmp_path):
    rows = [{"prompt": "a", "output": "b"}, {"fields": {"prompt": "a", "response": "b"}, "responses": {}}]
    with pytest.raises(DataError, match="row 1 is of a table of prompts and answers, row 2 of records of Argilla"):
        read(tmp_path, rows)


@pytest.mark.parametrize("name", ["rows.txt", "rows"])
def test_another_ending_is_refused_with_the_known_ones(tmp_path, name):
    with pytest.raises(DataError, match=r"Known are \.jsonl, \.json, \.csv and \.tsv"):
        read(tmp_path, "a", name)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        completions.read(tmp_path / "none.txt", CRITERIA)
