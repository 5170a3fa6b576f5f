"""Ratings -> rated answers as they are: every answer with its scores, for analysis or for learning the best ones.

A pure function of its arguments; evaluation-only prompts never leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.preferences import tally
from workbench.preferences.pairs import EVALUATION_ONLY, complete, on_criteria
from workbench.records import RatedCompletion

INCOMPLETE = "not scored on every criterion"
LOW = "mean too low"
HIGH = "mean too high"


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """What an answer must fulfil: a mean over its criteria of `min_mean` to `max_mean` (1..5).

    `complete`: scored on every criterion.
    """

    min_mean: float = 1.0
    max_mean: float = 5.0
    complete: bool = True


@dataclass(frozen=True, slots=True)
class DroppedAnswer:
    """An answer of one rater that was left out, and why."""

    prompt_id: int
    completion_id: int
    rater_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class RatedAnswers:
    """The kept answers, one a rater, in the order of their prompts, and everything that was left out."""

    answers: tuple[RatedCompletion, ...]
    drops: tuple[DroppedAnswer, ...]

    @property
    def counts(self) -> dict[str, int]:
        """See `tally.counts`."""
        return tally.counts(len(self.answers), (drop.reason for drop in self.drops))

    @property
    def prompt_ids(self) -> set[int]:
        """The prompts of what is kept."""
        return {answer.prompt_id for answer in self.answers}


def select(rated: Iterable[RatedCompletion], criteria: Sequence[str], policy: AnswerPolicy) -> RatedAnswers:
    """Every answer that the policy keeps; only the scores on `criteria` count."""
    kept, drops = [], []
    for one in on_criteria(rated, criteria):
        reason = _objection(one, criteria, policy)
        if reason is None:
            kept.append(one)
        else:
            drops.append(DroppedAnswer(one.prompt_id, one.completion_id, one.rater_id, reason))
    return RatedAnswers(tuple(kept), tuple(drops))


def _objection(one: RatedCompletion, criteria: Sequence[str], policy: AnswerPolicy) -> str | None:
    if one.evaluation_only:
        return EVALUATION_ONLY
    if not one.scores or (policy.complete and not complete(one, criteria)):
        return INCOMPLETE
    if one.mean < policy.min_mean - 1e-9:  # means of thirds are not exact in binary
        return LOW
    return HIGH if one.mean > policy.max_mean + 1e-9 else None
