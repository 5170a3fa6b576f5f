"""Wordings: columns in braces, words for values, and one sentence for what is wrong."""

from __future__ import annotations

import pytest

from workbench.data.layouts import check
from workbench.data.mixtures.templates import load, parse
from workbench.errors import DataError, UnknownName
from workbench.workspace import bundled

TWO = """
[words.label]
0 = "bad"
1 = "good"
[[wordings]]
prompt = "Good or bad? {text}"
answer = "{label}"
[[wordings]]
prompt = "Say something {label} in {{braces}}."
answer = "{text}"
"""
ROW = {"text": "So {it} is.", "label": 1}
ROWS = {
    "sentiment": ("labelled", ROW),
    "acceptability": ("labelled", ROW),
    "entailment": ("labelled", {**ROW, "hypothesis": "It is so."}),
    "choices": ("choices", {"question": "Which?", "choices": ["this", "that"], "answer": 1}),
    "summaries": ("completions", {"prompt": "Long.", "completion": "Short."}),
    "questions": ("completions", {"prompt": "Why?", "completion": "So."}),
}


def test_columns_and_words_are_filled_in_and_braces_of_the_data_stay():
    made = parse(TWO, "t.toml")
    assert made.fill(0, "labelled", ROW, "r") == ("Good or bad? So {it} is.", "good")
    assert made.fill(1, "labelled", ROW, "r") == ("Say something good in {braces}.", "So {it} is.")


def test_of_choices_the_lines_and_the_right_one_have_letters():
    layout, row = ROWS["choices"]
    prompt, answer = load("choices").fill(3, layout, row, "r")
    assert (prompt, answer) == ("Which?\nA. this\nB. that\nAnswer:", "B. that")


@pytest.mark.parametrize("name", sorted(file.stem for file in bundled("templates").glob("*.toml")))
def test_every_wording_of_the_bundled_templates_takes_a_row(name):
    made = load(name)
    layout, row = ROWS[name]
    check(layout, row, "r")
    filled = [made.fill(number, layout, row, "r") for number in range(len(made.wordings))]
    assert len({prompt for prompt, _ in filled}) == len(made.wordings) >= 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("wordings = 3", r"t.toml has no \[\[wordings\]\]"),
        ("x = [", "t.toml is not valid TOML"),
        ("[[wording]]", "t.toml has the unknown key 'wording'. Did you mean wordings"),
        ("[[wordings]]\nprompt = 'a'", "t.toml, wording 1 has no answer"),
        ("[[wordings]]\nprompt = 'a'\nanwser = 'b'", "wording 1 has the unknown key 'anwser'. Did you mean answer"),
        ("[[wordings]]\nprompt = 'a {'\nanswer = 'b'", "wording 1: .*Write {{ and }}"),
        ("[[wordings]]\nprompt = '{a.b}'\nanswer = 'b'", "{a.b} names no column"),
        ("[[wordings]]\nprompt = '{a!r}'\nanswer = 'b'", "{a} names no column"),
        ("[[wordings]]\nprompt = '{}'\nanswer = 'b'", "{} names no column"),
        ("words = 3\n[[wordings]]\nprompt = 'a'\nanswer = 'b'", r"\[words\] is not a table of texts"),
        ("[words]\nlabel = 3\n[[wordings]]\nprompt = 'a'\nanswer = 'b'", r"\[words.label\] is not a table of texts"),
    ],
)
def test_broken_templates_are_refused_with_the_wording(text, message):
    with pytest.raises(DataError, match=message):
        parse(text, "t.toml")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"label": 1}, "t.toml, wording 1 names the column 'text', which rows, row 7 lacks. It has label"),
        ({"text": "a", "label": 2}, "t.toml has no word for label 2, as in rows, row 7. Add 2 = "),
        ({"text": ["a"], "label": 1}, "names the column 'text', which is no text in rows, row 7"),
    ],
)
def test_a_row_that_does_not_fit_is_named(row, message):
    with pytest.raises(DataError, match=message):
        parse(TWO, "t.toml").fill(0, "labelled", row, "rows, row 7")


def test_unknown_templates_are_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean sentiment"):
        load("sentimant")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none.toml cannot be read: no such file"):
        load(str(tmp_path / "none.toml"))
