"""Comparisons -> preference pairs: the votes of all raters on the same two answers.

A pure function of its arguments. Unlike points, votes of different raters count on one scale; a tie is half a vote for
either, both bad is a vote for neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.preferences import tally
from workbench.preferences.pairs import EVALUATION_ONLY, IDENTICAL, TIE
from workbench.records import ComparedAnswers

BOTH_BAD = "both answers bad"
FEW = "too few votes"
DIVIDED = "raters divided"


@dataclass(frozen=True, slots=True)
class VotePolicy:
    """What a pair must fulfil: at least `min_votes` raters, and `min_share` (above .5 .. 1) of their votes for chosen.

    `both_bad`: keep a pair although some rater called both answers bad.
    """

    min_votes: int = 1
    min_share: float = 2 / 3
    both_bad: bool = False


@dataclass(frozen=True, slots=True)
class VotedPair:
    """Two answers of which `chosen` has `share` (0..1) of the votes of `votes`, one comparison a rater."""

    prompt_id: int
    chosen_id: int
    rejected_id: int
    share: float
    votes: tuple[ComparedAnswers, ...]


@dataclass(frozen=True, slots=True)
class DroppedPair:
    """Two answers that were compared and left out, and why."""

    prompt_id: int
    answers: tuple[int, int]
    reason: str


@dataclass(frozen=True, slots=True)
class Votes:
    """The kept pairs in the order of their prompts, and everything that was left out."""

    pairs: tuple[VotedPair, ...]
    drops: tuple[DroppedPair, ...]

    @property
    def counts(self) -> dict[str, int]:
        """See `tally.counts`."""
        return tally.counts(len(self.pairs), (drop.reason for drop in self.drops))

    @property
    def prompt_ids(self) -> set[int]:
        """The prompts of what is kept."""
        return {pair.prompt_id for pair in self.pairs}


def select(compared: Iterable[ComparedAnswers], policy: VotePolicy) -> Votes:
    """The pairs that the raters decided; of several comparisons by one rater of the same two the latest counts."""
    latest = {(one.answers, one.rater_id): one for one in sorted(compared, key=lambda one: one.judgment_id)}
    grouped: dict[tuple[int, int, int], list[ComparedAnswers]] = {}
    for one in latest.values():
        grouped.setdefault((one.prompt_id, *one.answers), []).append(one)
    found = [_decide(grouped[key], policy) for key in sorted(grouped)]
    return Votes(
        tuple(one for one in found if isinstance(one, VotedPair)),
        tuple(one for one in found if isinstance(one, DroppedPair)),
    )


def _decide(votes: Sequence[ComparedAnswers], policy: VotePolicy) -> VotedPair | DroppedPair:
    first, second = votes[0].answers
    share = sum(one.vote_for(first) for one in votes) / len(votes)
    reason = _objection(votes, max(share, 1 - share), policy)
    if reason:
        return DroppedPair(votes[0].prompt_id, (first, second), reason)
    chosen, rejected = (first, second) if share > 0.5 else (second, first)
    by_rater = tuple(sorted(votes, key=lambda one: one.judgment_id))
    return VotedPair(votes[0].prompt_id, chosen, rejected, max(share, 1 - share), by_rater)


def _objection(votes: Sequence[ComparedAnswers], share: float, policy: VotePolicy) -> str | None:
    if votes[0].evaluation_only:
        return EVALUATION_ONLY
    if votes[0].identical:
        return IDENTICAL
    if len(votes) < policy.min_votes:
        return FEW
    if not policy.both_bad and any(one.outcome == "both_bad" for one in votes):
        return BOTH_BAD
    if all(one.outcome in ("tie", "both_bad") for one in votes):
        return TIE
    return DIVIDED if share <= 0.5 or share < policy.min_share - 1e-9 else None
