"""Votes of several raters on the same two answers become a pair only where they decide."""

from __future__ import annotations

import pytest

from workbench.preferences.votes import VotePolicy, select
from workbench.records import ComparedAnswers


def vote(rater, outcome, left=1, right=2, at=None, **more):
    return ComparedAnswers(at or rater, 1, rater, left, right, outcome, **more)


def outcome(*votes, **policy):
    """(chosen, rejected, share) of the only pair, or the reason why there is none."""
    found = select(votes, VotePolicy(**policy))
    if found.drops:
        return found.drops[0].reason
    return found.pairs[0].chosen_id, found.pairs[0].rejected_id, found.pairs[0].share


def test_votes_count_by_the_answer_and_not_by_the_side():
    assert outcome(vote(1, "left"), vote(2, "right", left=2, right=1)) == (1, 2, 1.0)


def test_a_tie_is_half_a_vote_for_either():
    assert outcome(vote(1, "right"), vote(2, "tie")) == (2, 1, 0.75)


@pytest.mark.parametrize(
    ("votes", "policy", "reason"),
    [
        ([vote(1, "left")], {"min_votes": 2}, "too few votes"),
        ([vote(1, "left"), vote(2, "right")], {}, "raters divided"),
        ([vote(1, "left"), vote(2, "left"), vote(3, "right")], {"min_share": 0.7}, "raters divided"),
        ([vote(1, "tie"), vote(2, "tie")], {}, "tie"),
        ([vote(1, "left"), vote(2, "both_bad")], {}, "both answers bad"),
        ([vote(1, "both_bad")], {"both_bad": True}, "tie"),
        ([vote(1, "left", identical=True)], {}, "identical texts"),
        ([vote(1, "left", evaluation_only=True)], {}, "evaluation-only prompt"),
    ],
)
def test_what_the_raters_do_not_decide_is_no_pair(votes, policy, reason):
    assert outcome(*votes, **policy) == reason


def test_two_thirds_of_three_votes_are_enough():
    assert outcome(vote(1, "left"), vote(2, "left"), vote(3, "right")) == (1, 2, pytest.approx(2 / 3))


def test_of_a_rater_who_compared_twice_the_latest_counts():
    assert outcome(vote(1, "left", at=5), vote(1, "right", at=9)) == (2, 1, 1.0)


def test_everything_is_counted():
    found = select([vote(1, "left"), vote(1, "tie", left=3, right=4)], VotePolicy())
    assert found.counts == {"kept": 1, "tie": 1}
