"""Readings of a judge: the likeliest choice, a strict reply, and two orders of one pair."""

from __future__ import annotations

from math import log

import pytest

from workbench.rating.judge_prompt import LETTERS, SCORES
from workbench.rating.verdict import PairVerdict, both_orders, likeliest, named


def test_the_likeliest_choice_wins_and_the_expected_value_is_beside_it():
    # weights 1, 2, 4, 2, 1 of sum 10: (1 + 4 + 12 + 8 + 5) / 10 = 3
    found = likeliest(SCORES, [log(weight) - 500 for weight in (1, 2, 4, 2, 1)])
    assert (found.choice, found.expected) == ("3", pytest.approx(3.0))


def test_of_equally_likely_choices_the_first_is_taken():
    assert likeliest(SCORES, [-2.0, -1.0, -3.0, -1.0, -9.0]).choice == "2"


@pytest.mark.parametrize("said", ["4", " 4\n", "4.", "**4**", "[[4]]", "Score: 4", "score 4", '"4"'])
def test_a_reply_that_is_the_verdict_is_read(said):
    assert named(SCORES, said) == "4"


@pytest.mark.parametrize(
    "said", ["", "6", "0", "44", "4 or 5", "4/5", "I would say 4", "four", "3.5", "4 because", "-"]
)
def test_a_reply_that_says_more_or_else_names_nothing(said):
    assert named(SCORES, said) is None


@pytest.mark.parametrize(
    ("said", "letter"), [("A", "A"), ("b", "B"), ("[[C]]", "C"), ("Better: A", "A"), ("A B", None)]
)
def test_letters_are_read_as_strictly(said, letter):
    assert named(LETTERS, said) == letter


@pytest.mark.parametrize(
    ("first", "swapped", "verdict"),
    [
        ("A", "B", PairVerdict("left", False, None)),  # left is A, then B
        ("B", "A", PairVerdict("right", False, None)),
        ("C", "C", PairVerdict("tie", False, None)),
        ("A", "A", PairVerdict("tie", True, "first")),
        ("B", "B", PairVerdict("tie", True, "second")),
        ("A", "C", PairVerdict("tie", True, None)),
        ("C", "A", PairVerdict("tie", True, None)),
    ],
)
def test_a_verdict_counts_only_where_both_orders_agree(first, swapped, verdict):
    assert both_orders(first, swapped) == verdict
