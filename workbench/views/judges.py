"""Does a model that judges agree with people? Beside each person and their mean, and on pairs in both orders.

A judge that agrees with a person as well as persons agree with each other (see views.agree) may stand in for one;
nothing here says that it should.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from workbench.spec import derived_seed
from workbench.statistics.correlation import Correlation, clustered_spearman
from workbench.statistics.kappa import Kappa, weighted_kappa
from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson
from workbench.store import Store, adjudicated, comparisons, judgments, model_judgments, scores
from workbench.store.comparisons import Comparison
from workbench.store.model_judgments import Tally
from workbench.store.scores import Score

MEAN = "mean of people"
_FAVOURS = {"left": 1, "right": -1}  # a tie, and both bad: 0


@dataclass(frozen=True, slots=True)
class ScoreAgreement:
    """On one criterion with one person, or with the mean of all who rated an answer (two or more people).

    `kappa` is quadratic-weighted, a mean rounded to the nearest point for it; `correlation` is Spearman's, its
    interval by bootstrap over prompts. The n of both counts answers. `judgments` are the judge's events behind it.
    """

    criterion: str
    person: str
    kappa: Kappa
    correlation: Correlation
    judgments: tuple[int, ...]

    @property
    def reason(self) -> str | None:
        """Why a part of either is not known; None where all is."""
        return self.kappa.reason or self.correlation.reason or self.correlation.rho.reason


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """With one person on the pairs that both compared.

    `same`: share of equal verdicts, a tie being one of three; `decided`: of the pairs on which both decided, the share
    with the same winner, .5 by chance; `kappa`: quadratic-weighted over lost, tie, won.
    """

    person: str
    same: Interval
    decided: Interval
    kappa: Kappa
    judgments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """One model. `position`: share of the pairs of which it named the same place in both orders; 0 is fair."""

    judge: str
    tally: Tally
    position: Interval
    scores: tuple[ScoreAgreement, ...]
    pairs: tuple[PairAgreement, ...]


def judge_reports(store: Store, rubric: str, batch_id: int | None = None) -> list[JudgeReport]:
    """One a model that has judged on this rubric; of one batch, or of all (None)."""
    names = {one.id: one.name for one in judgments.all_raters(store)}
    scored = scores.all_of(store, rubric, batch_id)
    independent = adjudicated.independent(store, comparisons.all_of(store, rubric, batch_id), batch_id)
    compared = [one for one in independent if one.repeat_of is None]
    return [
        JudgeReport(
            names[tally.rater_id],
            tally,
            wilson(tally.first + tally.second, tally.comparisons),
            tuple(_scores(scored, tally.rater_id, names)),
            tuple(_pairs(compared, tally.rater_id, names)),
        )
        for tally in model_judgments.tallies(store, rubric, batch_id)
    ]


def _scores(scored: Sequence[Score], judge: int, names: Mapping[int, str]) -> Iterator[ScoreAgreement]:
    for criterion in dict.fromkeys(one.criterion for one in scored):
        given = [one for one in scored if one.criterion == criterion]
        mine = {one.completion_id: one for one in given if one.rater_id == judge}
        people: dict[int, dict[int, float]] = {}  # the latest of each answer counts
        for one in given:
            if one.rater_kind != "model":
                people.setdefault(one.rater_id, {})[one.completion_id] = one.value
        for person, values in people.items():
            yield from _with(criterion, names[person], mine, values)
        if len(people) > 1:
            yield from _with(criterion, MEAN, mine, _means(list(people.values())))


def _with(
    criterion: str, person: str, mine: Mapping[int, Score], values: Mapping[int, float]
) -> Iterator[ScoreAgreement]:
    """Nothing where the two have no answer in common."""
    both = sorted(mine.keys() & values.keys())
    if not both:
        return
    judged, theirs = [mine[one].value for one in both], [values[one] for one in both]
    rng = np.random.default_rng(derived_seed("judge", criterion, person))
    yield ScoreAgreement(
        criterion,
        person,
        weighted_kappa(judged, [floor(value + 0.5) for value in theirs]),
        clustered_spearman(judged, theirs, [mine[one].prompt_id for one in both], rng),
        tuple(mine[one].judgment_id for one in both),
    )


def _means(people: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """Completion id -> the mean of all who rated it, where that are two or more."""
    every = {one for values in people for one in values}
    given = {one: [values[one] for values in people if one in values] for one in every}
    return {one: sum(values) / len(values) for one, values in given.items() if len(values) > 1}


def _pairs(compared: Sequence[Comparison], judge: int, names: Mapping[int, str]) -> Iterator[PairAgreement]:
    mine = {_key(one): one for one in compared if one.rater_id == judge}
    people: dict[int, dict[tuple[int, int], int]] = {}
    for one in compared:
        if one.rater_kind != "model":
            people.setdefault(one.rater_id, {})[_key(one)] = _lower_wins(one)
    for person, theirs in people.items():
        both = sorted(mine.keys() & theirs.keys())
        pairs = [(_lower_wins(mine[key]), theirs[key]) for key in both]
        decided = [(own, other) for own, other in pairs if own and other]
        yield PairAgreement(
            names[person],
            wilson(sum(own == other for own, other in pairs), len(pairs)),
            wilson(sum(own == other for own, other in decided), len(decided)),
            weighted_kappa([own + 2 for own, _ in pairs], [other + 2 for _, other in pairs], points=3),
            tuple(mine[key].judgment_id for key in both),
        )


def _key(one: Comparison) -> tuple[int, int]:
    """The two answers, whichever was shown left."""
    return min(one.left_id, one.right_id), max(one.left_id, one.right_id)


def _lower_wins(one: Comparison) -> int:
    """1 if the answer with the lower id won, -1 if the other, 0 for a tie."""
    return _FAVOURS.get(one.outcome, 0) * (1 if one.left_id < one.right_id else -1)
