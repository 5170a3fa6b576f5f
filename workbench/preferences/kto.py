"""Ratings -> unpaired labels for KTO: good answers, bad answers, and a middle that says too little.

A pure function of its arguments. An answer needs no rival to be labelled, so one answer a prompt is enough; two
raters who contradict each other about an answer label nothing, and evaluation-only prompts never leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.preferences import tally
from workbench.preferences.pairs import CONTRADICTED, EVALUATION_ONLY, complete, on_criteria
from workbench.records import RatedCompletion

UNSCORED = "not scored on every criterion"
MIDDLE = "neither good nor bad"
FLAWED = "good but for one criterion"
AGAIN = "the same text labelled already"
_MOST = 4 / 3  # of w_d * n_pos : w_u * n_neg; the least is 1 (Ethayarajh et al. 2024, eq. 8)


@dataclass(frozen=True, slots=True)
class KtoPolicy:
    """What makes an answer good or bad; points are those of the 1..5 scale, means go over the criteria.

    Bad: the mean is at most `bad_mean`, or any score at most `bad_score` (0: no single score makes it bad).
    Good: not bad, the mean is at least `good_mean` and no score lies below `good_floor`.
    """

    good_mean: float = 4.0
    good_floor: int = 3
    bad_mean: float = 2.0
    bad_score: int = 1


@dataclass(frozen=True, slots=True)
class UnpairedLabel:
    """One answer as one rater sees it: desirable (TRL's label True) or undesirable (False)."""

    answer: RatedCompletion
    desirable: bool


@dataclass(frozen=True, slots=True)
class UnlabelledAnswer:
    """An answer of one rater that was left out, and why."""

    prompt_id: int
    completion_id: int
    rater_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class LossWeights:
    """TRL's `desirable_weight` and `undesirable_weight`; 1 each where the labels are balanced enough."""

    desirable: float
    undesirable: float


@dataclass(frozen=True, slots=True)
class Labels:
    """The labelled answers in the order of their prompts, and everything that was left out."""

    labels: tuple[UnpairedLabel, ...]
    drops: tuple[UnlabelledAnswer, ...]

    @property
    def desirable(self) -> int:
        return sum(label.desirable for label in self.labels)

    @property
    def undesirable(self) -> int:
        return len(self.labels) - self.desirable

    @property
    def counts(self) -> dict[str, int]:
        """See `tally.counts`."""
        return tally.counts(len(self.labels), (drop.reason for drop in self.drops))

    @property
    def prompt_ids(self) -> set[int]:
        """The prompts of what is kept."""
        return {label.answer.prompt_id for label in self.labels}


def select(rated: Iterable[RatedCompletion], criteria: Sequence[str], policy: KtoPolicy) -> Labels:
    """A label for each answer that is clearly good or bad; only the scores on `criteria` count."""
    verdicts = [(one, _verdict(one, criteria, policy)) for one in on_criteria(rated, criteria)]
    drops = [_drop(one, verdict) for one, verdict in verdicts if isinstance(verdict, str)]
    labels = [UnpairedLabel(one, verdict) for one, verdict in verdicts if not isinstance(verdict, str)]
    kept, more_drops = _once_a_text(labels)
    return Labels(tuple(kept), tuple(drops + more_drops))


def loss_weights(desirable: int, undesirable: int) -> LossWeights | None:
    """Weights that bring w_d * desirable : w_u * undesirable into 1:1 .. 4:3; None where a side has no answer.

    Only the side that is short is raised, and no further than to the nearer end of that range.
    """
    if not desirable or not undesirable:
        return None
    ratio = desirable / undesirable
    return LossWeights(desirable=max(1.0, 1 / ratio), undesirable=max(1.0, ratio / _MOST))


def _verdict(one: RatedCompletion, criteria: Sequence[str], policy: KtoPolicy) -> bool | str:
    """True is good, False is bad; otherwise why there is no label."""
    if one.evaluation_only:
        return EVALUATION_ONLY
    if not complete(one, criteria):
        return UNSCORED
    worst = min(one.scores.values())
    if one.mean <= policy.bad_mean + 1e-9 or worst <= policy.bad_score:  # means of thirds are not exact in binary
        return False
    if one.mean < policy.good_mean - 1e-9:
        return MIDDLE
    return True if worst >= policy.good_floor else FLAWED


def _once_a_text(labels: Sequence[UnpairedLabel]) -> tuple[list[UnpairedLabel], list[UnlabelledAnswer]]:
    """Each text of a prompt once, by its first rater; not at all where it is labelled both ways."""
    opinions: dict[tuple[int, str], set[bool]] = {}
    for label in labels:
        opinions.setdefault(_key(label), set()).add(label.desirable)
    kept: dict[tuple[int, str], UnpairedLabel] = {}
    drops = []
    for label in labels:
        if len(opinions[_key(label)]) > 1:
            drops.append(_drop(label.answer, CONTRADICTED))
        elif kept.setdefault(_key(label), label) is not label:
            drops.append(_drop(label.answer, AGAIN))
    return list(kept.values()), drops


def _key(label: UnpairedLabel) -> tuple[int, str]:
    return label.answer.prompt_id, label.answer.text.strip()


def _drop(one: RatedCompletion, reason: str) -> UnlabelledAnswer:
    return UnlabelledAnswer(one.prompt_id, one.completion_id, one.rater_id, reason)
