"""Attention: time away does not count, and a key before the text was seen is told."""

from __future__ import annotations

from workbench.rating.attention import IDLE_SECONDS, MIN_EXPOSURE_MS, Attention


def painted():
    clock = Attention()
    clock.painted(100.0)
    return clock


def test_before_the_paint_there_is_none():
    clock = Attention()
    assert (clock.milliseconds(5.0), clock.too_fast(5.0)) == (0, True)


def test_it_counts_from_the_paint():
    assert painted().milliseconds(103.5) == 3500


def test_a_key_is_too_fast_until_the_least_exposure():
    clock = painted()
    assert clock.too_fast(100.0 + (MIN_EXPOSURE_MS - 1) / 1000)
    assert not clock.too_fast(100.0 + MIN_EXPOSURE_MS / 1000)


def test_a_stretch_without_a_key_counts_no_longer_than_idle():
    assert painted().milliseconds(100.0 + 3600) == 1000 * IDLE_SECONDS


def test_time_away_between_two_keys_is_left_out():
    clock = painted()
    clock.key(110.0)  # 10 s of reading, then an hour away
    clock.key(3710.0)
    assert clock.milliseconds(3715.0) == 1000 * (10 + IDLE_SECONDS + 5)


def test_keys_add_nothing_of_their_own():
    clock = painted()
    for now in (101.0, 102.0, 103.0):
        clock.key(now)
    assert clock.milliseconds(104.0) == 4000


def test_a_new_text_begins_at_0():
    clock = painted()
    clock.key(150.0)
    clock.hidden()
    assert clock.too_fast(150.2)
    clock.painted(151.0)
    assert clock.milliseconds(152.0) == 1000
