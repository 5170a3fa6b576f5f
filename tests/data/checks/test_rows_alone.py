"""Checks that look at one row at a time."""

from __future__ import annotations

from dataclasses import replace

from check_rows import answered, asked, preferred

from workbench.data.checks import (
    control_characters,
    counts,
    empty_rows,
    label_balance,
    length_bias,
    over_long_rows,
)


def only(findings):
    (finding,) = findings
    return finding


def test_rows_and_texts_are_counted_by_role():
    found = only(counts.findings(preferred(("Q", "yes", "no"), ("R", "one", "two"))))
    assert found.sentence == "2 rows, layout preferences; texts: 2 user, 2 chosen, 2 rejected."


def test_a_blank_answer_is_an_empty_row():
    found = only(empty_rows.findings(answered(("Q?", "A."), ("R?", " \n"), ("", "B."))))
    assert (found.number, found.level, [one.rows for one in found.examples]) == (2, "error", [(2,), (3,)])


def test_the_longer_answer_of_a_pair_decides_its_length():
    rows = replace(preferred(("ask", "yes", "nevertheless"), ("ask", "yes", "no")), tokens=len, max_length=10)
    found = only(over_long_rows.findings(rows))
    assert (found.number, found.examples[0].rows) == (1, (1,))
    assert "the longest has 15." in found.sentence  # 3 + 12 characters, counted as tokens here


def test_a_row_of_exactly_max_length_is_not_too_long():
    rows = replace(answered(("12345", "12345")), tokens=len, max_length=10)
    assert only(over_long_rows.findings(rows)).number == 0


def test_length_bias_is_the_share_of_longer_chosen_answers():
    rows = preferred(*[("Q", "long answer", "short")] * 9, ("Q", "short", "long answer"), ("Q", "same", "size"))
    found = only(length_bias.findings(rows))
    # 9 of 10, the pair of equal length left out; Wilson's interval .5958 to .9821 leaves out one half
    assert (found.number, found.level) == (0.9, "warning")
    assert "90.0% (95 % interval 59.6% to 98.2%, n 10)" in found.sentence


def test_a_bias_that_chance_explains_is_a_note():
    found = only(length_bias.findings(preferred(("Q", "long answer", "short"), ("Q", "longer", "short"))))
    assert (found.number, found.level) == (1.0, "note")


def test_label_balance_is_the_share_of_the_commonest():
    found = only(label_balance.findings(asked("a", "b", "c", "d", labels=("x", "x", "x", "y"))))
    assert (found.number, found.level) == (0.75, "note")
    assert "x: 3, y: 1" in found.sentence


def test_a_single_label_is_a_warning():
    assert only(label_balance.findings(asked("a", "b", labels=("x", "x")))).level == "warning"


def test_rows_without_labels_have_no_balance():
    assert list(label_balance.findings(asked("a", "b"))) == []


def test_hidden_characters_are_named():
    found = only(control_characters.findings(asked("tab\tand\nline\r\n", "bell\x07", "zero\u200bwidth\u200b")))
    assert found.number == 2
    assert "U+200B: 2, U+0007: 1" in found.sentence
    assert found.examples[1].text == "zero<U+200B>width<U+200B>"


def test_joiners_of_emoji_are_not_hidden_characters():
    assert only(control_characters.findings(asked("👩\u200d🚀"))).number == 0
