"""Pace: the mean of the latest answers, what is left at it, and one reminder a stretch of work."""

from __future__ import annotations

import pytest

from workbench.rating.pace import ENOUGH, PAUSE_SECONDS, RECENT, Pace


def test_too_few_answers_say_nothing():
    pace = Pace(0)
    for _ in range(ENOUGH - 1):
        pace.judged(1000)
    assert (pace.seconds, pace.left(10)) == (None, None)


def test_it_is_the_mean_of_attention():
    pace = Pace(0)
    for milliseconds in (4000, 6000, 11000):
        pace.judged(milliseconds)
    assert pace.seconds == pytest.approx(7)
    assert pace.left(10) == pytest.approx(70)


def test_only_the_latest_count():
    pace = Pace(0)
    for milliseconds in [100_000] * 5 + [2000] * RECENT:
        pace.judged(milliseconds)
    assert pace.seconds == pytest.approx(2)


def worked(pace, until, step=60.0):
    """Keys every minute from 0 until then; the reminders that came."""
    told = []
    for now in range(0, until, int(step)):
        pace.key(now)
        told.append(pace.break_due(now))
    return [one for one in told if one is not None]


def test_a_break_is_reminded_of_once():
    assert worked(Pace(45 * 60), 2 * 3600) == [45]


def test_after_a_pause_the_stretch_begins_anew():
    pace = Pace(45 * 60)
    worked(pace, 40 * 60)
    back = 40 * 60 + PAUSE_SECONDS
    pace.key(back)
    assert pace.break_due(back + 44 * 60) is None
    assert pace.break_due(back + 45 * 60) == 45


def test_switched_off_it_never_reminds():
    assert worked(Pace(0), 5 * 3600) == []
