"""Counts of what was kept and dropped: of one selection, and of several together."""

from __future__ import annotations

from workbench.preferences.tally import added, counts


def test_the_most_frequent_reason_comes_first_and_equal_ones_by_name():
    found = counts(2, ["tie", "low", "high", "tie", "low"])
    assert list(found.items()) == [("kept", 2), ("low", 2), ("tie", 2), ("high", 1)]


def test_pages_add_up_to_the_whole():
    pages = [counts(1, ["tie"]), counts(0, ["low", "low"]), counts(2, ["low"])]
    assert list(added(pages).items()) == [("kept", 3), ("low", 3), ("tie", 1)]


def test_no_page_keeps_nothing():
    assert added([]) == {"kept": 0}
