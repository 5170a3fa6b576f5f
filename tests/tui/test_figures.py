"""Numbers as a person reads them."""

from __future__ import annotations

from math import nan

import pytest

from workbench.statistics.mean import Interval
from workbench.tui import figures


@pytest.mark.parametrize("missing", [None, nan])
def test_a_missing_number_is_a_dash(missing):
    assert figures.number(missing) == "–"


def test_nothing_done_yet_is_a_dash_not_zero():
    assert figures.counted(0) == "–"


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (Interval(3.421, 3.1, 3.742, 12), "3.42 [3.10, 3.74]"),
        (Interval(4.0, nan, nan, 2), "4.00 (n 2)"),
        (Interval(nan, nan, nan, 0), "–"),
        (None, "–"),
    ],
)
def test_an_interval_says_why_it_has_no_bounds(found, shown):
    assert figures.interval(found) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "–"), (0, "0 s"), (59.4, "59 s"), (125, "2 min 5 s"), (4810, "1 h 20 min")],
)
def test_durations(seconds, shown):
    assert figures.duration(seconds) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(None, "–"), (59.4, "59 s"), (89, "1 min"), (4810, "1 h 20 min")])
def test_a_duration_that_is_a_guess_leaves_out_what_nobody_knows(seconds, shown):
    assert figures.rough(seconds) == shown


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [(0, 0, "····"), (0, 8, "····"), (1, 2, "██··"), (3, 8, "█▌··"), (8, 8, "████"), (9, 8, "████")],
)
def test_a_bar_is_exact_to_an_eighth_of_a_cell(done, total, shown):
    assert figures.bar(done, total, 4) == shown


@pytest.mark.parametrize(("done", "total", "shown"), [(0, 0, "–"), (5, 0, "5"), (5, 24, "5/24")])
def test_a_total_that_is_not_known_is_not_shown(done, total, shown):
    assert figures.share(done, total) == shown


def test_an_interval_with_as_many_digits_as_asked_for():
    assert figures.interval(Interval(0.4119, 0.34, 0.4881, 50), 3) == "0.412 [0.340, 0.488]"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.4119, "0.412"), (9.9996, "10.00"), (23.456, "23.46"), (154.72, "154.7"), (99999.4, "99999"),
     (99999.6, "1.0e5"), (783699829.6, "7.8e8"), (-154.72, "-154.7")],
)  # fmt: skip
def test_a_number_that_is_no_share_takes_no_more_room_than_one(value, shown):
    assert figures.interval(Interval(value, nan, nan, 2), 3) == f"{shown} (n 2)"
    assert figures.ratio(value) == shown


def test_the_difference_of_two_perplexities_fits_a_column():
    assert figures.difference(Interval(-7.8e8, -9.1e10, 5e7, 9)) == "-7.8e8 [-9.1e10, +5.0e7]"


def test_a_perplexity_fits_a_narrow_column():
    assert figures.bounds(Interval(7.8e8, 3e8, 2.1e9, 9)) == "7.8e8 3.0e8–2.1e9"


def test_a_difference_always_has_its_sign():
    assert figures.difference(Interval(-0.02, -0.0803, 0.12, 50)) == "-0.020 [-0.080, +0.120]"
    assert figures.difference(Interval(nan, nan, nan, 0)) == "–"
    assert figures.difference(Interval(0.25, nan, nan, 2)) == "+0.250 (n 2)"


@pytest.mark.parametrize(
    ("change", "shown"),
    [(-0.009, "▼"), (-0.05, "▼▼"), (-0.3, "▼▼▼"), (0.02, "▲"), (0.1, "▲▲▲")],
)
def test_heat_needs_no_colour(change, shown):
    assert figures.heat(change) == shown


def test_an_interval_is_drawn_on_a_line_from_0_to_1():
    # ten cells of a tenth each
    assert figures.interval_bar(Interval(0.55, 0.3, 0.79, 20), 0.25, 10) == "··┊──●──··"


def test_the_ends_of_the_line_are_0_and_1():
    assert figures.interval_bar(Interval(1.0, 0.81, 1.0, 16), 0.0, 5) == "┊···●"
