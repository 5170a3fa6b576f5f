"""Ratings become pairs only where one rater clearly prefers; everything else is dropped with its reason."""

from __future__ import annotations

import pytest

from workbench.preferences import pairs
from workbench.preferences.pairs import PairPolicy, select
from workbench.records import RatedCompletion

CRITERIA = ("fluency", "coherence", "relevance")


def rated(completion, *scores, prompt=1, rater=1, text=None, held_out=False):
    given = dict(zip(CRITERIA, scores, strict=False))
    words = f"text {completion}" if text is None else text
    return RatedCompletion(prompt, completion, 1, rater, words, given, completion, held_out)


def outcome(*answers, **policy):
    """((chosen, rejected), ...) and the reasons of the drops."""
    found = select(answers, CRITERIA, PairPolicy(**policy))
    return [(one.chosen.completion_id, one.rejected.completion_id) for one in found.pairs], [
        d.reason for d in found.drops
    ]


def test_the_best_is_chosen_over_the_worst():
    assert outcome(rated(1, 3, 3, 3), rated(2, 5, 5, 5), rated(3, 1, 1, 1)) == ([(2, 3)], [])


def test_the_margin_is_the_difference_of_the_means():
    (pair,) = select([rated(1, 5, 4, 3), rated(2, 1, 2, 3)], CRITERIA, PairPolicy()).pairs
    assert pair.margin == 2.0  # 12/3 - 6/3


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([rated(1, 5, 5, 5, held_out=True), rated(2, 1, 1, 1, held_out=True)], pairs.EVALUATION_ONLY),
        ([rated(1, 5, 5, 5)], pairs.INCOMPLETE),
        ([rated(1, 5, 5, 5), rated(2, 1, 1)], pairs.INCOMPLETE),  # relevance is missing
        ([rated(1, 5, 5, 5, text="a"), rated(2, 1, 1, 1, text=" a\n")], pairs.IDENTICAL),
        ([rated(1, 3, 4, 5), rated(2, 5, 4, 3)], pairs.TIE),  # 12 points each
        ([rated(1, 4, 4, 4), rated(2, 4, 3, 3)], pairs.MARGIN),  # 4 - 10/3 = 2/3
        ([rated(1, 5, 3, 3), rated(2, 1, 3, 3)], pairs.CRITERIA),  # 4/3 points, but one criterion of three
        ([rated(1, 5, 5, 2), rated(2, 1, 1, 2)], pairs.CHOSEN),  # relevance of the chosen is 2
    ],
)
def test_no_pair_comes_from_a_prompt(answers, reason):
    assert outcome(*answers) == ([], [reason])


def test_raters_who_are_too_far_apart_make_no_pair():
    # Answer 1 has the means 5 and 2: 3 points apart. Both prefer it.
    first = [rated(1, 5, 5, 5, rater=1), rated(2, 1, 1, 1, rater=1)]
    second = [rated(1, 2, 2, 2, rater=2), rated(2, 1, 1, 1, rater=2)]
    assert outcome(*first, *second, min_chosen=2) == ([], [pairs.SPREAD, pairs.SPREAD])
    assert outcome(*first, *second, min_chosen=2, max_spread=3.0) == ([(1, 2)], [pairs.SECOND])


def test_raters_who_contradict_each_other_make_no_pair():
    first = [rated(1, 4, 4, 4, rater=1), rated(2, 3, 3, 3, rater=1)]
    second = [rated(1, 3, 3, 3, rater=2), rated(2, 4, 4, 4, rater=2)]
    assert outcome(*first, *second) == ([], [pairs.CONTRADICTED, pairs.CONTRADICTED])


def test_a_contradiction_on_one_prompt_leaves_the_others():
    both = [rated(1, 4, 4, 4), rated(2, 3, 3, 3), rated(1, 3, 3, 3, rater=2), rated(2, 4, 4, 4, rater=2)]
    other = [rated(3, 5, 5, 5, prompt=2), rated(4, 1, 1, 1, prompt=2)]
    assert outcome(*both, *other) == ([(3, 4)], [pairs.CONTRADICTED, pairs.CONTRADICTED])


def test_one_pair_a_prompt_is_that_with_the_widest_margin():
    first = [rated(1, 4, 4, 4, rater=1), rated(2, 3, 3, 3, rater=1)]
    second = [rated(1, 5, 5, 5, rater=2), rated(2, 3, 3, 3, rater=2)]
    found = select([*first, *second], CRITERIA, PairPolicy())
    assert [(pair.chosen.rater_id, pair.margin) for pair in found.pairs] == [(2, 2.0)]
    assert [(drop.rater_id, drop.reason) for drop in found.drops] == [(1, pairs.SECOND)]


def test_every_rater_may_give_a_pair_where_asked():
    first = [rated(1, 4, 4, 4, rater=1), rated(2, 3, 3, 3, rater=1)]
    second = [rated(1, 5, 5, 5, rater=2), rated(2, 3, 3, 3, rater=2)]
    assert outcome(*first, *second, one_per_prompt=False) == ([(1, 2), (1, 2)], [])


def test_scores_of_different_raters_are_never_subtracted():
    assert outcome(rated(1, 5, 5, 5, rater=1), rated(2, 1, 1, 1, rater=2)) == ([], [pairs.INCOMPLETE] * 2)


@pytest.mark.parametrize(
    ("chosen", "rejected", "kept"),
    [
        ((4, 3, 3), (3, 2, 2), True),  # 10/3 - 7/3: exactly one point, not exact in binary
        ((5, 5, 4), (4, 4, 3), True),  # 14/3 - 11/3
        ((4, 4, 3), (3, 3, 3), False),  # 11/3 - 9/3 = 2/3
        ((5, 4, 3), (3, 3, 2), True),  # 12/3 - 8/3 = 4/3
    ],
)
def test_a_margin_of_exactly_the_threshold_is_enough(chosen, rejected, kept):
    assert outcome(rated(1, *chosen), rated(2, *rejected))[0] == ([(1, 2)] if kept else [])


def test_two_of_three_criteria_are_enough_and_one_is_not():
    assert outcome(rated(1, 5, 5, 3), rated(2, 3, 3, 3)) == ([(1, 2)], [])  # 2/3 is the threshold itself
    assert outcome(rated(1, 5, 4, 3), rated(2, 2, 4, 3)) == ([], [pairs.CRITERIA])


def test_the_counts_add_up_to_the_prompts_of_raters():
    answers = [rated(n, 5, 5, 5, prompt=n) for n in range(4)] + [
        rated(8, 5, 5, 5, prompt=9),
        rated(9, 1, 1, 1, prompt=9),
    ]
    assert select(answers, CRITERIA, PairPolicy()).counts == {"kept": 1, pairs.INCOMPLETE: 4}


def test_the_order_of_the_ratings_does_not_matter():
    answers = [rated(1, 5, 5, 5), rated(2, 1, 1, 1), rated(3, 5, 5, 5), rated(4, 1, 1, 1), rated(5, 4, 4, 4, rater=2)]
    assert outcome(*answers) == outcome(*reversed(answers)) == ([(1, 4)], [pairs.INCOMPLETE])


def test_scores_on_criteria_that_the_rubric_no_longer_has_do_not_count():
    # on the three criteria 5 against 3, a margin of 2; with the stale ones it would be (15 + 1) / 4 - (9 + 5) / 4 = 0.5
    best, worst = rated(1, 5, 5, 5), rated(2, 3, 3, 3)
    best.scores["tone"], worst.scores["tone"] = 1, 5
    assert select([best, worst], CRITERIA, PairPolicy()).pairs[0].margin == 2
