"""What differs between two texts is marked in both."""

from __future__ import annotations

import pytest

from workbench.views.text_difference import CLOSE, OPEN, marked


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("the quick fox", "the qiuck fox", ("the «quick» fox", "the «qiuck» fox")),
        ("One Two", "one Two", ("«One» Two", "«one» Two")),
        ("same\ntext", "same\ntext", ("same\ntext", "same\ntext")),
        ("a b", "a  b", ("a« »b", "a«  »b")),
        ("", "new", ("", "«new»")),
        ("one two three", "one 2  3", ("one «two three»", "one «2  3»")),
    ],
)
def test_words_that_the_other_text_lacks_are_marked(before, after, shown):
    assert marked(before, after) == shown


def test_without_its_marks_a_text_is_as_it_was():
    before, after = "The cat sat on the mat.\n" * 200, "the cta sat  on mat!\n" * 200
    plain = tuple(text.replace(OPEN, "").replace(CLOSE, "") for text in marked(before, after))
    assert plain == (before, after)
