"""How long the rest takes: by what requests cost, not by how many they are; the clock is a list."""

from __future__ import annotations

import pytest

from workbench.jobs._remaining import Remaining, drawing, read


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def answer(work, clock, run, places, seconds, drawn=()):
    work.start()
    clock.now += seconds
    work.answered(run, places, drawn)


def test_nothing_is_said_before_the_first_batch(clock):
    work = Remaining(clock=clock)
    work.expect("short", "loglikelihood", [10.0] * 5)
    assert work.left() is None


def test_a_request_weighs_what_it_costs(clock):
    """100 requests of 10 tokens and 10 of 1,000 at .01 s a token: after 10 of the first, 9 s and 100 s are left."""
    work = Remaining(clock=clock)
    work.expect("short", "loglikelihood", [10.0] * 100)
    work.expect("long", "loglikelihood", [1000.0] * 10)
    answer(work, clock, "short", range(10), 1.0)
    assert work.left() == pytest.approx(9 + 100)
    assert (work.done, work.total) == (10, 110)


def test_a_written_answer_is_learned_from_those_so_far(clock):
    """16 tokens are read and 100 drawn in 60 steps for 2 answers; the other 18 take nine times as long."""
    work = Remaining(clock=clock)
    work.expect("written", "generate_until", [8.0] * 20, most=256)
    answer(work, clock, "written", [0, 1], 5.0, drawn=[40, 60])
    assert work.left() == pytest.approx(9 * 5.0)


def test_the_longest_answer_decides_what_a_batch_costs(clock):
    """Of the same 64 tokens, one answer of 61 beside three of 1 takes as many more steps as four of 16 take fewer."""
    costs = {}
    for run, drawn in (("even", [16] * 4), ("uneven", [61, 1, 1, 1])):
        work = Remaining(clock=clock)
        work.expect(run, "generate_until", [0.0] * 8, most=64)
        work.expect("scored", "loglikelihood", [100.0] * 2)
        answer(work, clock, "scored", [0], 1.0)
        answer(work, clock, run, range(4), drawing(max(drawn), 64) / 100, drawn)
        costs[run] = work.left() - 1.0
    assert costs["uneven"] - costs["even"] == pytest.approx(drawing(61 - 16, 0) / 100)


def test_before_any_answer_a_longer_limit_means_longer_but_not_without_end(clock):
    work = Remaining(clock=clock)
    said = []
    for most in (32, 64, 4096):
        work.expect(f"{most}", "generate_until", [0.0] * 16, most)
        work.expect("scored", "loglikelihood", [100.0])
        answer(work, clock, "scored", [0], 1.0)
        said.append(work.left())
        work = Remaining(clock=clock)
    assert said == sorted(said)
    assert said[0] == pytest.approx(drawing(32, 16 * 32 * 64 / 96) / 100)


def test_each_run_has_a_pace_of_its_own_once_it_was_measured(clock):
    """A token of the first costs .001 s, of the second .02: 10,000 tokens were measured of each: little is leaned."""
    work = Remaining(clock=clock)
    for run in ("quick", "slow"):
        work.expect(run, "loglikelihood", [1000.0] * 100)
    answer(work, clock, "quick", range(10), 10.0)
    answer(work, clock, "slow", range(10), 200.0)
    assert work.left() == pytest.approx(90 * 1.0 + 90 * 20.0, rel=0.05)


def test_a_run_that_was_not_measured_is_paced_by_its_kind(clock):
    work = Remaining(clock=clock)
    work.expect("scored", "loglikelihood", [100.0] * 10)
    work.expect("running text", "loglikelihood_rolling", [100.0] * 10)
    work.expect("more of it", "loglikelihood_rolling", [100.0] * 10)
    answer(work, clock, "scored", range(10), 1.0)
    answer(work, clock, "running text", range(10), 7.0)
    assert work.left() == pytest.approx(7.0)


def test_time_between_batches_and_known_answers_say_nothing_of_the_pace(clock):
    work = Remaining(clock=clock)
    work.expect("one", "loglikelihood", [10.0] * 100)
    work.known("one", range(50))
    clock.now += 1000  # loading
    answer(work, clock, "one", range(50, 60), 2.0)
    assert (work.done, work.left()) == (60, pytest.approx(8.0))


def test_a_batch_that_is_repeated_counts_once(clock):
    work = Remaining(clock=clock)
    work.expect("one", "loglikelihood", [10.0] * 4)
    work.known("one", [0])
    answer(work, clock, "one", [0, 1], 2.0)  # 20 tokens in 2 s, and 20 are left
    assert (work.done, work.left()) == (2, pytest.approx(2.0))


def test_what_texts_share_is_read_once():
    """In the order of the tree: "ab" (2), "abcd" (2 more), "abce" (1 more), "x" (1); four characters are a token."""
    texts = ["abce", "x", "ab", "abcd"]
    assert read(texts, shared=True) == [0.25, 0.25, 0.5, 0.5]
    assert read(texts, shared=False) == [1.0, 0.25, 0.5, 1.0]
