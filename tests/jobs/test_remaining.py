"""How long the rest takes: by what requests cost, not by how many they are; the clock is a list."""

from __future__ import annotations

import pytest

from workbench.jobs._remaining import HALF, ROW, STEP, TRUST, Remaining, padded, tree

MANY = 100_000.0  # work beside which TRUST, STEPS and BELIEF are nothing


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def work(clock):
    return Remaining(clock=clock)


def answer(work, clock, run, places, seconds, lengths=()):
    work.start()
    clock.now += seconds
    work.answered(run, places, lengths)


def test_nothing_is_said_before_the_first_batch(work):
    work.expect("short", "loglikelihood", [10.0] * 5)
    assert work.left() is None


def test_a_request_weighs_what_it_costs(work, clock):
    """100 requests of 10 tokens and 10 of 1,000 at .01 s a token: after 10 of the first, 9 s and 100 s are left."""
    work.expect("short", "loglikelihood", [10.0] * 100)
    work.expect("long", "loglikelihood", [1000.0] * 10)
    answer(work, clock, "short", range(10), 1.0)
    assert work.left() == pytest.approx(9 + 100)
    assert (work.done, work.total) == (10, 110)


def test_each_run_has_a_pace_of_its_own_once_it_was_measured(work, clock):
    """A token of the first costs .001 s, of the second .02, and much was measured of both."""
    for run in ("quick", "slow"):
        work.expect(run, "loglikelihood", [MANY] * 100)
    answer(work, clock, "quick", range(10), 0.001 * 10 * MANY)
    answer(work, clock, "slow", range(10), 0.02 * 10 * MANY)
    assert work.left() == pytest.approx(90 * MANY * (0.001 + 0.02), rel=0.01)


def test_a_run_that_was_not_measured_is_paced_by_its_kind_and_that_by_all(work, clock):
    """Of all, .01 s a token. Of the kind as many tokens were measured as count as much as all, at .03 s: .02 s."""
    work.expect("scored", "loglikelihood", [MANY] * 2)
    work.expect("running text", "loglikelihood_rolling", [TRUST])
    work.expect("more of it", "loglikelihood_rolling", [100.0])
    answer(work, clock, "scored", [0, 1], 0.01 * 2 * MANY)
    answer(work, clock, "running text", [0], 0.03 * TRUST)
    assert work.left() == pytest.approx(100 * 0.02, rel=0.01)


def test_time_between_batches_and_known_answers_say_nothing_of_the_pace(work, clock):
    work.expect("one", "loglikelihood", [10.0] * 100)
    work.known("one", range(50))
    clock.now += 1000  # loading
    answer(work, clock, "one", range(50, 60), 2.0)
    assert (work.done, work.left()) == (60, pytest.approx(8.0))


def test_a_batch_that_is_repeated_counts_once(work, clock):
    work.expect("one", "loglikelihood", [10.0] * 4)
    work.known("one", [0])
    answer(work, clock, "one", [0, 1], 2.0)  # 20 tokens in 2 s, and 20 are left
    assert (work.done, work.left()) == (2, pytest.approx(2.0))


def test_others_who_come_make_all_of_it_longer(work, clock):
    """A token takes a second, and from some time on two: also of a run that was measured before that only."""
    for run in ("under way", "waits"):
        work.expect(run, "loglikelihood", [TRUST] * 40)
        answer(work, clock, run, range(20), 20 * TRUST)
    for place in range(20, 40):
        answer(work, clock, "under way", [place], 2 * TRUST)
    assert work.left() == pytest.approx(20 * 2 * TRUST, rel=0.2)


def drawn(clock, seen, rows, left=16):
    """Seconds for `left` more answers, in batches of `rows`, where one step or token of a row takes a second.

    Read is nothing; `seen` were written, a thousand times over, in steps that were never told.
    """
    work = Remaining(clock=clock)
    lengths = seen * 1000
    work.expect("written", "generate_until", [0.0] * (len(lengths) + left), 20, rows)
    answer(work, clock, "written", range(len(lengths)), max(lengths) + ROW * sum(lengths), lengths)
    return work.left()


def test_a_batch_takes_the_steps_of_its_longest_answer(clock):
    """Nine of ten answers have 1 token, one has 11: of 16 one is long with 1 - .9^16 = .815. That makes 1 + 10 x .815

    steps; one by one it would be 16 x (1 + 10 x .1). The rows take as much in both: a third of 16 x 2 steps.
    """
    seen = [1] * 9 + [11]
    assert drawn(clock, seen, rows=16) == pytest.approx(9.15 + 32 / 3, rel=0.01)
    assert drawn(clock, seen, rows=1) == pytest.approx(32 + 32 / 3, rel=0.01)


def test_the_last_batch_is_smaller(clock):
    """All answers have 6 tokens: 20 in batches of 16 take two times 6 steps, and a third of 20 x 6 for the rows."""
    assert drawn(clock, [6], rows=16, left=20) == pytest.approx(12 + 40, rel=0.01)


def test_before_any_answer_a_longer_limit_means_longer_but_not_without_end(clock):
    said = []
    for most in (1, 32, 64, 4096, 8192):
        work = Remaining(clock=clock)
        work.expect("scored", "loglikelihood", [MANY])
        work.expect("written", "generate_until", [0.0] * 16, most, 16)
        answer(work, clock, "scored", [0], MANY)
        said.append(work.left() / STEP)
    assert said[0] == 0  # the first token comes with reading the prompt
    assert said == sorted(said)
    assert said[4] < 1.5 * said[3]


def test_of_an_answer_that_nobody_saw_the_limit_is_known_alone(work, clock):
    """Of limit 2 there is at most one step after the first; HALF / (HALF + 1) of the answers need it."""
    work.expect("scored", "loglikelihood", [MANY])
    work.expect("written", "generate_until", [0.0], 2, 1)
    answer(work, clock, "scored", [0], MANY)
    assert work.left() == pytest.approx(STEP * (1 + ROW) * HALF / (HALF + 1))


def under_way(clock, steps, seconds=1.0, others=0):
    """A batch of 4 answers of at most 100 tokens after so many steps, and reading for 8 s; and of others as long."""
    work = Remaining(clock=clock)
    work.expect("written", "generate_until", [2 * STEP] * (4 + others), 100, 4)
    work.start()
    clock.now += 8.0
    for step in range(1, steps + 1):
        work.drawn("written", 4, step / 100, 4)
        clock.now += seconds
    return work.left()


def test_a_batch_that_goes_on_is_expected_to_go_on(clock):
    """At 50 of 100 steps, each of a second: more than half of those that can come; at 90, nearly all of them."""
    assert 25 < under_way(clock, 50) < 50
    assert 8 < under_way(clock, 90) < 11


def test_the_pace_of_drawing_is_learned_within_the_batch(clock):
    """Leaning a little on what was believed before."""
    assert under_way(clock, 90, seconds=20.0) == pytest.approx(2 * under_way(clock, 90, seconds=10.0), rel=0.2)


def test_the_first_step_of_a_batch_tells_what_reading_takes(clock):
    """Four prompts took 8 s: four more take as long, and all eight two times what drawing the four takes still."""
    assert under_way(clock, 1, others=4) == pytest.approx(8.0 + 2 * under_way(clock, 1))


def test_a_batch_that_tells_no_steps_is_shared_between_reading_and_drawing(work, clock):
    """18 tokens read and one step drawn cost the same, before anything is known: each half of 10 s."""
    work.expect("written", "generate_until", [STEP * (1 + ROW)] * 2, 2, 1)
    answer(work, clock, "written", [0], 10.0, [1])
    assert work.left() == pytest.approx(5.0 + 5.0 * HALF / (HALF + 1), rel=0.05)


def test_what_texts_share_is_read_once():
    """In the order of the tree: "ab" (2), "abcd" (2 more), "abce" (1 more), "x" (1)."""
    assert tree(["abce", "x", "ab", "abcd"]) == [1, 1, 2, 2]


def test_rows_of_a_batch_are_read_as_long_as_its_longest():
    assert padded([3, 9, 5, 4], [[1, 2], [3, 0]]) == [4, 9, 9, 4]
