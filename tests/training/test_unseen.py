"""Rows that no training learns from: figures by hand, and log-probabilities as the trainer's own gate takes them."""

from __future__ import annotations

from math import isnan, log

import pytest
from dpo_runs import SETTINGS, eight_pairs

from workbench.models.tokenizer import load_tokenizer
from workbench.training import dpo_preflight, unseen
from workbench.training.token_sequences import TokenSequence


def pair(chosen: int, rejected: int) -> unseen.Row:
    """Answers of so many tokens."""
    return tuple(
        TokenSequence(name, [1], list(range(length)), [])
        for name, length in (("chosen", chosen), ("rejected", rejected))
    )


def test_a_long_chosen_answer_is_less_likely_as_a_whole_and_likelier_per_token():
    found = unseen.preference([pair(4, 1)], [(-4.0, -2.0)], [(-4.0, -2.0)])  # -4 < -2; -1 > -2
    assert (found.whole.first, found.per_token.first) == (0.0, 1.0)


def test_each_pair_is_compared_with_itself():
    rows = [pair(1, 1)] * 4
    before = [(-1.0, -2.0), (-2.0, -1.0), (-2.0, -1.0), (-2.0, -1.0)]  # 1 of 4
    after = [(-2.0, -1.0), (-1.0, -2.0), (-1.0, -2.0), (-2.0, -1.5)]  # 2 of 4: two gained, one lost
    found = unseen.preference(rows, before, after)
    assert (found.whole.first, found.whole.second, found.whole.gained, found.whole.lost) == (0.25, 0.5, 2, 1)
    assert found.rewarded == 3  # changes of chosen less those of rejected: -2, +2, +2, +0.5


def test_what_did_not_move_was_not_rewarded():
    assert unseen.preference([pair(1, 1)], [(-1.0, -2.0)], [(-1.0, -2.0)]).rewarded == 0


def test_the_loss_counts_each_row_once_by_the_tokens_of_its_answer():
    rows = [(TokenSequence("answer", [1], [1, 2], []),), (TokenSequence("answer", [1], [1], []),)]
    found = unseen.loss(rows, [(-4.0,), (-1.0,)], [(-2.0,), (-1.0,)])  # 2 and 1, then 1 and 1 nats per token
    assert (found.first, found.second, found.difference.estimate) == (1.5, 1.0, -0.5)
    assert isnan(found.difference.low)  # two rows


def test_the_first_token_of_a_plain_text_has_no_loss():
    rows = [(TokenSequence("text", [], [1, 2, 3], []),)]
    assert unseen.loss(rows, [(-4.0,)], [(-2.0,)]).first == 2.0


def test_what_is_asked_between_two_answers_is_not_counted():
    rows = [(TokenSequence("answer", [1], [1, 2, 3, 4], [], (range(1, 3),)),)]  # 1 and 4 are learned
    assert unseen.loss(rows, [(-4.0,)], [(-2.0,)]).first == 2.0


def test_rewards_are_beta_times_what_an_answer_gained():
    # gains +2, -1 of good answers and +1, -3 of bad ones; beta .1: means .05 and -.1, so the margin is .15
    before, after = [(-5.0,)] * 4, [(-3.0,), (-6.0,), (-4.0,), (-8.0,)]
    found = unseen.rewards([True, True, False, False], before, after, beta=0.1)
    assert (found.good, found.bad, found.good_raised, found.bad_raised) == (2, 2, 1, 1)
    assert found.margin.estimate == pytest.approx(0.15)
    assert found.area.estimate == 0.75  # of 2 > 1, 2 > -3, -1 < 1, -1 > -3


def test_log_probabilities_are_those_of_the_model(base):
    tokens = dpo_preflight.look(eight_pairs()[:2], load_tokenizer(base), 1024).examples
    heard: list[int] = []
    found = unseen.log_probs(base, [one.sequences(1024) for one in tokens], SETTINGS, heard.append)
    assert heard == [0, 1]
    # random weights: about ln(vocabulary) a token
    vocabulary = len(load_tokenizer(base))
    for row, known in zip(tokens, found, strict=True):
        assert known[0] == pytest.approx(-len(row.chosen) * log(vocabulary), rel=0.2)
