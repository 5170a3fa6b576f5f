"""Every kind of constraint, with an answer that keeps to it and one that does not, by the definitions of the card."""

from __future__ import annotations

import bundled_sets
import pytest

from workbench.tasks import constraints
from workbench.tasks.constraints import holds

TABLE = "Here:\n| Fruit | Colour |\n|---|:--|\n| plum | blue |"
# kind, arguments, an answer that holds, one that does not
CASES = [
    ("min_words", {"n": 2}, "two words", "one - ***"),
    ("max_words", {"n": 2}, "two - words", "now three words"),
    ("word_count", {"min": 1, "max": 2}, "one two", "one two three"),
    ("sentence_count", {"min": 2, "max": 2}, 'He said "No." Then 3.5 … !', "One. Two. Three."),
    ("paragraph_count", {"n": 2}, "one\nstill one\n \ntwo", "one\ntwo"),
    ("line_count", {"n": 2}, "one\n\ntwo", "one"),
    ("words_per_line", {"max": 2}, "one two\nthree", "one two\nthree four five"),
    ("bullet_count", {"n": 2}, "List:\n - one\n• two", "-one\n- two"),
    ("numbered_count", {"n": 2}, "1. one\n2) two", "1. one\n3. two"),
    ("heading_count", {"n": 1}, "## One\ntext", "#One"),
    ("starts_with", {"text": "Dear"}, "  Dear all", "dear all"),
    ("ends_with", {"text": "end."}, "the end.\n", "the END."),
    ("each_line_starts_with", {"text": "Buy "}, "Buy milk\n  Buy bread", "Buy milk\nbread"),
    ("each_line_ends_with", {"text": ";"}, "one; \ntwo;", "one;\ntwo"),
    ("contains", {"words": ["[name]", "sun"]}, "[name], the Sun!", "[name], Sunday"),
    ("excludes", {"words": ["sun"]}, "Sunday", "the sun"),
    ("word_frequency", {"word": "hey", "min": 2, "max": None}, "hey, HEY", "hey they"),
    ("letter_frequency", {"letter": "e", "min": None, "max": 1}, "été E", "tree"),
    ("excludes_characters", {"characters": ",;"}, "a.b", "a,b"),
    ("max_word_length", {"n": 3}, "it's one-two", "four"),
    ("word_initial", {"letter": "s"}, '"Six (sly) S7"', "six old"),
    ("no_repeated_words", {}, "one (two) three", "One, one"),
    ("lowercase", {}, "all small, 1", "Not"),
    ("uppercase", {}, "ALL LARGE 1", "NOt"),
    ("uppercase_word_count", {"min": 1, "max": 1}, "I am in NATO.", "NATO and the EU"),
    ("number_count", {"min": 2, "max": 2}, "1,340 or 2.5", "1 2 3"),
    ("question_count", {"min": 1, "max": 1}, "What???", "What? Who?"),
    ("placeholder_count", {"min": 1, "max": 1}, "Dear [name]", "Dear []"),
    ("bold_count", {"n": 2}, "**one** and **two**", "** one** and **two**"),
    ("quoted", {}, "“one”", 'one "two"'),
    ("language", {"code": "fr"}, "Il est dans la maison et elle est ici.", "The house is in the wood."),
    ("one_of", {"options": ["yes", "no"]}, "Yes.", "yes, no"),
    ("sorted_lines", {}, "- Ant\n- bee", "bee\nAnt"),
    ("acrostic", {"word": "AB"}, "all\n\n- best", "all\nworst"),
    ("separator", {"text": "===", "parts": 2}, "one\n===\ntwo", "one\n==="),
    ("table", {"columns": ["Fruit", "Colour"], "rows": 1}, TABLE, TABLE + "\n| fig |"),
    ("json_object", {"keys": ["a"], "types": {"a": "number"}}, '```json\n{"a": 1}\n```', '{"a": true}'),
    ("json_array", {"length": 2, "items": "string"}, '["a", "b"]', '["a", 2]'),
]


@pytest.mark.parametrize(("kind", "given", "good", "bad"), CASES, ids=[case[0] for case in CASES])
def test_a_constraint_holds_for_one_answer_and_not_for_the_other(kind, given, good, bad):
    assert (holds({"kind": kind, **given}, good), holds({"kind": kind, **given}, bad)) == (True, False)


def test_every_kind_of_the_card_can_be_checked():
    assert set(bundled_sets.card("instruction_following")["definitions"]) == {case[0] for case in CASES}
    assert set(constraints._KINDS) == {case[0] for case in CASES}


@pytest.mark.parametrize("answer", ["", "Yes.", "*** [x] {", "[1, 2", "```json\n```"])
def test_every_item_of_the_set_can_be_checked_whatever_the_answer(answer):
    for item in bundled_sets.items("instruction_following"):
        for one in item["constraints"]:
            assert holds(one, answer) in (True, False)


@pytest.mark.parametrize(("answer", "most"), [("", 0), (" \n", 0), ("Certainly.", 5)])
def test_no_fixed_answer_follows_more_than_a_few_prompts(answer, most):
    # loose bounds ("at most 40 words") are met by any short answer: the card says two
    prompts = bundled_sets.items("instruction_following")
    followed = [item["id"] for item in prompts if all(holds(one, answer) for one in item["constraints"])]
    assert len(followed) <= most, followed


def test_an_empty_answer_keeps_to_no_constraint():
    held = [
        one for item in bundled_sets.items("instruction_following") for one in item["constraints"] if holds(one, "")
    ]
    assert held == []


def test_an_accent_written_as_a_sign_of_its_own_is_no_letter_of_its_own():
    assert holds({"kind": "letter_frequency", "letter": "e", "min": 0, "max": 0}, "cafe\u0301")
