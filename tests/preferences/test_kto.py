"""Ratings become labels only where an answer is clearly good or clearly bad."""

from __future__ import annotations

import pytest

from workbench.preferences import kto
from workbench.preferences.kto import KtoPolicy, LossWeights, loss_weights, select
from workbench.records import RatedCompletion

CRITERIA = ("fluency", "coherence", "relevance")


def rated(completion, *scores, prompt=1, rater=1, text=None, held_out=False):
    given = dict(zip(CRITERIA, scores, strict=False))
    words = f"text {completion}" if text is None else text
    return RatedCompletion(prompt, completion, 1, rater, words, given, completion, held_out)


def outcome(*answers, **policy):
    """{completion: desirable} and the reasons of the drops."""
    found = select(answers, CRITERIA, KtoPolicy(**policy))
    return {one.answer.completion_id: one.desirable for one in found.labels}, [drop.reason for drop in found.drops]


@pytest.mark.parametrize(
    ("scores", "desirable"),
    [
        ((4, 4, 4), True),  # a mean of 4 is enough
        ((5, 4, 3), True),  # 12 / 3, none below 3
        ((2, 2, 2), False),  # a mean of 2 is bad
        ((3, 2, 1), False),  # 6 / 3, and a 1
        ((5, 5, 1), False),  # any 1 is bad, whatever the mean
    ],
)
def test_a_clear_answer_is_labelled(scores, desirable):
    assert outcome(rated(1, *scores)) == ({1: desirable}, [])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (rated(1, 5, 5, 5, held_out=True), kto.EVALUATION_ONLY),
        (rated(1, 5, 5), kto.UNSCORED),
        (rated(1), kto.UNSCORED),
        (rated(1, 4, 4, 3), kto.MIDDLE),  # 11 / 3
        (rated(1, 3, 2, 2), kto.MIDDLE),  # 7 / 3
        (rated(1, 5, 5, 2), kto.FLAWED),  # a mean of 4, but a 2
    ],
)
def test_an_unclear_answer_is_dropped_with_its_reason(answer, reason):
    assert outcome(answer) == ({}, [reason])


def test_the_thresholds_are_options():
    assert outcome(rated(1, 4, 4, 3), good_mean=11 / 3) == ({1: True}, [])
    assert outcome(rated(1, 3, 2, 2), bad_mean=7 / 3) == ({1: False}, [])
    assert outcome(rated(1, 5, 5, 2), good_floor=2) == ({1: True}, [])
    assert outcome(rated(1, 5, 5, 2), bad_score=2) == ({1: False}, [])
    assert outcome(rated(1, 5, 5, 1), bad_score=0) == ({}, [kto.MIDDLE])


def test_one_answer_a_prompt_is_enough():
    assert outcome(rated(1, 5, 5, 5, prompt=1), rated(2, 1, 1, 1, prompt=2)) == ({1: True, 2: False}, [])


def test_raters_who_contradict_each_other_label_nothing():
    assert outcome(rated(1, 5, 5, 5, rater=1), rated(1, 2, 2, 2, rater=2)) == ({}, [kto.CONTRADICTED] * 2)


def test_an_answer_that_two_raters_agree_on_is_labelled_once():
    found = select([rated(1, 4, 4, 4, rater=2), rated(1, 5, 5, 5, rater=1)], CRITERIA, KtoPolicy())
    assert [one.answer.rater_id for one in found.labels] == [1]
    assert [(drop.rater_id, drop.completion_id, drop.reason) for drop in found.drops] == [(2, 1, kto.AGAIN)]


def test_a_rater_without_a_clear_opinion_contradicts_nobody():
    assert outcome(rated(1, 5, 5, 5, rater=1), rated(1, 3, 3, 3, rater=2)) == ({1: True}, [kto.MIDDLE])


def test_the_same_text_under_two_ids_is_one_answer():
    assert outcome(rated(1, 5, 5, 5, text="a"), rated(2, 5, 4, 4, text=" a\n")) == ({1: True}, [kto.AGAIN])
    assert outcome(rated(1, 5, 5, 5, text="a"), rated(2, 1, 1, 1, text="a")) == ({}, [kto.CONTRADICTED] * 2)
    assert outcome(rated(1, 5, 5, 5, text="a"), rated(2, 1, 1, 1, text="a", prompt=2)) == ({1: True, 2: False}, [])


def test_scores_on_criteria_that_the_rubric_no_longer_has_do_not_count():
    answer = rated(1, 4, 4, 4)
    answer.scores["tone"] = 1
    assert outcome(answer) == ({1: True}, [])


def test_the_counts_add_up_to_the_answers():
    found = select([rated(1, 5, 5, 5), rated(2, 1, 1, 1), rated(3, 2, 2, 2), rated(4, 3, 3, 3)], CRITERIA, KtoPolicy())
    assert found.counts == {"kept": 3, kto.MIDDLE: 1}
    assert (found.desirable, found.undesirable) == (1, 2)


def test_the_order_of_the_ratings_does_not_matter():
    answers = [rated(1, 5, 5, 5), rated(1, 4, 4, 4, rater=2), rated(2, 1, 1, 1), rated(3, 3, 3, 3)]
    assert outcome(*answers) == outcome(*reversed(answers))


@pytest.mark.parametrize(
    ("desirable", "undesirable", "weights"),
    [
        (10, 10, (1, 1)),  # 1:1
        (8, 6, (1, 1)),  # 4:3
        (10, 40, (4, 1)),  # 4 * 10 : 40 is 1:1
        (40, 10, (1, 3)),  # 40 : 3 * 10 is 4:3
        (9, 10, (10 / 9, 1)),
    ],
)
def test_the_weights_bring_the_sides_into_the_range(desirable, undesirable, weights):
    assert loss_weights(desirable, undesirable) == LossWeights(*map(pytest.approx, weights))


@pytest.mark.parametrize("counts", [(0, 5), (5, 0), (0, 0)])
def test_one_side_alone_has_no_weights(counts):
    assert loss_weights(*counts) is None
