from __future__ import annotations

import pytest

from workbench.words import replaced, with_case_of, words


def test_a_word_keeps_its_apostrophe_and_its_accents():
    found = [word.text for word in words("Don't ask Zoë's cafe\u0301, ’tis l’eau.")]
    assert found == ["Don't", "ask", "Zoë's", "cafe\u0301", "tis", "l’eau"]


def test_what_holds_a_digit_or_an_underscore_is_no_word():
    assert [word.text for word in words("B12 10km x_1 3rd fine")] == ["fine"]


def test_a_word_that_touches_a_protected_span_is_left_out():
    # "two" is [4, 7): a span that ends where it starts does not touch it, one that takes its last letter does
    assert [word.text for word in words("one two six", [(3, 4)])] == ["one", "two", "six"]
    assert [word.text for word in words("one two six", [(6, 8)])] == ["one", "six"]


def test_only_the_words_change():
    text = "a  b,\tc"
    assert replaced(text, [(word, word.text * 2) for word in words(text)]) == "aa  bb,\tcc"


@pytest.mark.parametrize(
    ("model", "word", "given"),
    [("THE", "teh", "TEH"), ("The", "teh", "Teh"), ("the", "Teh", "teh"), ("I", "me", "Me"), ("iPad", "pad", "pad")],
)
def test_the_case_of_one_word_is_given_to_another(model, word, given):
    assert with_case_of(model, word) == given
