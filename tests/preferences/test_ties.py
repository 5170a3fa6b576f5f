"""Only what a comparison can settle comes to the tie-break queue."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.preferences.pairs import PairPolicy, select
from workbench.preferences.ties import close_pairs
from workbench.records import RatedCompletion

CRITERIA = ("fluency", "coherence", "relevance")


def rated(completion, *scores, prompt=1, rater=1, text=None, held_out=False):
    given = dict(zip(CRITERIA, scores, strict=False))
    words = f"text {completion}" if text is None else text
    return RatedCompletion(prompt, completion, 1, rater, words, given, completion, held_out)


def queue(*answers, **policy):
    """(prompt, rater, one answer, the other), ..."""
    found = close_pairs(answers, CRITERIA, PairPolicy(**policy))
    return [(one.prompt_id, one.chosen.rater_id, one.chosen.completion_id, one.rejected.completion_id) for one in found]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((4, 4, 4), (4, 4, 4)),  # a tie
        ((4, 4, 4), (4, 3, 3)),  # 2/3 of a point
        ((5, 3, 3), (1, 3, 3)),  # one criterion of three
    ],
)
def test_close_ratings_are_compared(first, second):
    assert queue(rated(1, *first), rated(2, *second)) == [(1, 1, 1, 2)]


@pytest.mark.parametrize(
    "answers",
    [
        [rated(1, 5, 5, 5), rated(2, 3, 3, 3)],  # a pair already
        [rated(1, 4, 4, 4)],
        [rated(1, 4, 4, 4), rated(2, 4, 4)],
        [rated(1, 4, 4, 4, held_out=True), rated(2, 4, 4, 4, held_out=True)],
        [rated(1, 4, 4, 4, text="a"), rated(2, 4, 4, 4, text="a ")],
        [rated(1, 2, 2, 2), rated(2, 2, 2, 2)],  # neither may be chosen
        [rated(1, 4, 4, 4), rated(2, 4, 4, 4, rater=2)],  # nobody rated both
    ],
)
def test_what_a_comparison_cannot_settle_stays_out(answers):
    assert queue(*answers) == []


def test_one_answer_that_may_be_chosen_is_enough():
    assert queue(rated(1, 3, 3, 3), rated(2, 4, 2, 2)) == [(1, 1, 1, 2)]


def test_of_three_answers_those_furthest_apart_are_compared():
    assert queue(rated(1, 4, 4, 3), rated(2, 4, 4, 4), rated(3, 4, 3, 3)) == [(1, 1, 2, 3)]


def test_a_prompt_that_gave_a_pair_by_another_rater_stays_out():
    clear = [rated(1, 5, 5, 5, rater=2), rated(2, 3, 3, 3, rater=2)]
    close = [rated(1, 4, 4, 4), rated(2, 4, 4, 4)]
    assert queue(*close, *clear) == []
    assert queue(*close, *clear, min_margin=3.0) == [(1, 1, 1, 2), (1, 2, 1, 2)]


def test_a_threshold_raised_moves_pairs_into_the_queue():
    answers = [rated(1, 5, 5, 5), rated(2, 4, 4, 3), rated(3, 4, 4, 4, prompt=2), rated(4, 4, 4, 4, prompt=2)]
    assert [prompt for prompt, *_ in queue(*answers)] == [2]
    assert [prompt for prompt, *_ in queue(*answers, min_margin=2.0)] == [1, 2]


def test_no_prompt_is_both_a_pair_and_in_the_queue():
    scores = np.random.default_rng(0).integers(2, 6, (60, 2, 3)).tolist()
    answers = [rated(2 * n + side, *one, prompt=n) for n, both in enumerate(scores) for side, one in enumerate(both)]
    pairs = {pair.prompt_id for pair in select(answers, CRITERIA, PairPolicy()).pairs}
    close = {prompt for prompt, *_ in queue(*answers)}
    assert pairs
    assert close
    assert pairs & close == set()
