from __future__ import annotations

from math import isnan

import pytest

from workbench.statistics.confusion_matrix import confusion_matrix
from workbench.statistics.proportion import wilson


def test_rows_are_gold_and_columns_are_given():
    found = confusion_matrix(["a", "a", "b", "b"], ["a", "b", "b", None])
    assert found.labels == ("a", "b", None)
    assert found.counts == ((1, 1, 0), (0, 1, 1), (0, 0, 0))
    assert found.n == 4


def test_a_share_is_of_the_gold_items():
    found = confusion_matrix(["a", "a", "b"], ["a", "b", "b"])
    assert found.share("a", "b") == wilson(1, 2)


def test_a_label_that_is_no_gold_has_no_shares():
    assert isnan(confusion_matrix(["a"], ["b"]).share("b", "a").estimate)


def test_no_items_are_an_empty_matrix():
    assert confusion_matrix([], []).n == 0


def test_lists_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="zip"):
        confusion_matrix(["a"], [])
