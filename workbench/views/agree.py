"""What the ratings say: of the raters, of what colours their judgments, and of the models. Brings numpy.

Raters are people unless other kinds are asked for: imported raters, and models that rate, are named as such.
Hidden repeats and gold items say something of their rater and never count as ratings; what an adjudicator decided is no
rating either. Blind: a model is named only to one who has finished what is counted of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench import rubrics as rubric_files
from workbench.errors import UnknownName
from workbench.records import PEOPLE, RaterKind
from workbench.store import (
    Store,
    adjudicated,
    batches,
    comparisons,
    completions,
    gold,
    judgments,
    models,
    rubrics,
    scores,
    told,
)
from workbench.store.comparisons import Comparison
from workbench.store.gold import GoldJudgment
from workbench.store.scores import RepeatedScore, Score
from workbench.store.told import Told
from workbench.text import plural
from workbench.views import agree_comparisons, agree_models, agree_raters, agree_remarks
from workbench.views.agree_finding import Finding
from workbench.views.agree_raters import Names
from workbench.views.agree_scores import Answers, Scores, answers, columns
from workbench.views.batches import HIDDEN, batch_rows

DIFFERENCE = 0.5  # points


@dataclass(frozen=True, slots=True)
class Question:
    """Which judgments are looked at: on a rubric, of raters of these kinds, of one batch or of all (None).

    `difference`: points between two models for which the number of prompts is planned. `asker` is the person who asks,
    by name: models of batches that they have not finished are hidden. None: from nobody. `version`: how the hash of the
    rubric begins (None: all versions).
    """

    rubric: str = "general"
    raters: tuple[RaterKind, ...] = PEOPLE
    batch: int | None = None
    difference: float = DIFFERENCE
    asker: str | None = None
    version: str | None = None


class _Judged(Protocol):
    """A score or a comparison, asked for once or twice."""

    @property
    def batch_id(self) -> int: ...
    @property
    def rater_kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Agree:
    """`scores` and `comparisons` are counted without repeats and gold. `advice` is None, or why there is no finding.

    `hidden` counts the models of which nothing is said, for the asker has not finished judging them.
    `versions` are the hashes of the versions of the rubric that count together, oldest first.
    """

    question: Question
    raters: tuple[str, ...]
    scores: int
    comparisons: int
    versions: tuple[str, ...]
    findings: tuple[Finding, ...]
    advice: str | None
    hidden: int = 0

    @property
    def blind(self) -> str:
        """`2 models hidden until done`; empty where none is hidden."""
        return f"{plural(self.hidden, 'model')} {HIDDEN}" if self.hidden else ""

    def named(self, name: str) -> Finding:
        """The finding of that name; UnknownName with the nearest."""
        for one in self.findings:
            if one.name == name:
                return one
        raise UnknownName("number", name, (one.name for one in self.findings))


def agree(store: Store, question: Question) -> Agree:
    """Every finding there is. UnknownName for a rubric or a version of it that does not exist."""
    batch = question.batch
    judged = rubrics.judged(store, question.rubric, judgments.count(store), batch)
    versions = rubrics.chosen(judged, question.version)
    newest = versions[-1] if versions else rubric_files.load(question.rubric, store.workspace)
    criteria = [one.name for one in newest.criteria]
    asked = _asked(store, question, {one.hash for one in versions})
    scored = [one for one in scores.all_of(store, question.rubric, batch) if asked(one)]
    twice = [one for one in scores.repeats(store, question.rubric, batch) if asked(one)]
    independent = adjudicated.independent(store, comparisons.all_of(store, question.rubric, batch), batch)
    compared = [one for one in independent if asked(one)]
    known = [one for one in gold.judged(store, question.rubric, batch) if asked(one)]
    hidden = _hidden(store, question, scored, compared)
    raters, given, pairs = _raters(store), columns(scored, criteria), agree_comparisons.latest(compared)
    whole = answers(given, len(criteria))
    of_rubric = batches.on_rubrics(store, {one.hash for one in versions})
    found = (
        *_of_scores(given, twice, known, criteria, raters),
        *_of_answers(store, whole, raters),
        *_of_comparisons(store, compared, pairs, raters),
        agree_raters.turned(twice, given, criteria, agree_comparisons.turns(compared)),
        *_of_models(store, question, whole, pairs, hidden),
        *agree_remarks.remarks(store, of_rubric, batch, question.raters, raters),
    )
    seen = {one.rater_id for one in scored} | {one.rater_id for one in compared} | {one.rater_id for one in known}
    names = {raters[one] for one in seen}
    advice = None if names else _advice(store, question)
    return Agree(
        question, tuple(sorted(names)), len(given.value), len(pairs), tuple(one.hash for one in versions),
        found, advice, len(hidden),
    )  # fmt: skip


def behind(store: Store, judgment_ids: Sequence[int]) -> list[Told]:
    """These judgments of a finding in words, in their order."""
    return told.by_ids(store, judgment_ids)


def holding(store: Store, judgment_ids: Sequence[int], words: Sequence[str]) -> Sequence[int]:
    """Those of the judgments that hold all the words, in a text or in what was said of it."""
    return told.holding(store, judgment_ids, words) if words else judgment_ids


def _asked(store: Store, question: Question, versions: set[str]) -> Callable[[_Judged], bool]:
    """Whether a judgment is of the kinds of raters, and on a version of the rubric, that are asked for."""
    of_versions = batches.on_rubrics(store, versions)
    return lambda one: one.rater_kind in question.raters and one.batch_id in of_versions


def judged_on(store: Store) -> list[str]:
    """The rubrics of the batches there are, that of the newest first."""
    used = dict.fromkeys(one.rubric_id for one in batches.all_batches(store))
    return list(dict.fromkeys(rubrics.by_id(store, one).name for one in used))


def _of_scores(
    given: Scores, twice: Sequence[RepeatedScore], known: Sequence[GoldJudgment], criteria: Sequence[str], names: Names
) -> Iterator[Finding]:
    """What holds of each criterion."""
    yield from agree_raters.alphas(given, criteria)
    yield from agree_raters.kappas(given, criteria, names)
    yield from agree_raters.repeats(twice, criteria, names)
    yield from agree_raters.golds(known, criteria, names)
    yield from agree_raters.scales(given, names)


def _of_answers(store: Store, whole: Answers, names: Names) -> Iterator[Finding]:
    """What holds of the mean over the criteria."""
    yield from agree_raters.severities(whole, names)
    yield from agree_raters.positions(whole)
    yield from agree_raters.lengths(whole)
    yield from agree_raters.hasty(whole, {one: names[one] for one in _timed(store)})


def _of_comparisons(
    store: Store, compared: Sequence[Comparison], pairs: Sequence[Comparison], names: Names
) -> Iterator[Finding]:
    timed, lengths = _timed(store), _lengths(store, pairs)
    yield from agree_comparisons.alpha(pairs)
    yield from agree_comparisons.repeats(compared, names)
    yield from agree_comparisons.kappas(pairs, names)
    yield from agree_comparisons.left(pairs, names)
    yield from agree_comparisons.longer(pairs, lengths)
    yield from agree_comparisons.hasty([one for one in pairs if one.rater_id in timed], lengths, names)


def _of_models(
    store: Store, question: Question, whole: Answers, pairs: Sequence[Comparison], hidden: set[int]
) -> Iterator[Finding]:
    """What names no hidden model; those that are hidden still count as what the others are measured by."""
    known = models.all_models(store)
    names = {one.id: f"{HIDDEN} {one.id}" if one.id in hidden else one.name for one in known}
    yield from (one for one in _every_model(question, whole, pairs, names) if HIDDEN not in one.name)


def _every_model(question: Question, whole: Answers, pairs: Sequence[Comparison], names: Names) -> Iterator[Finding]:
    yield from agree_models.means(whole, names)
    yield from agree_models.differences(whole, names, question.difference)
    yield from agree_models.strengths("comparisons", agree_models.games_of_comparisons(pairs, names))
    yield from agree_models.strengths("ratings", agree_models.games_of_ratings(whole, names))


def _hidden(store: Store, question: Question, scored: Sequence[Score], compared: Sequence[Comparison]) -> set[int]:
    """The models behind what is counted of batches that the asker has not finished."""
    if question.asker is None:
        return set()
    unfinished = {row.id for row in batch_rows(store, question.asker) if not row.finished}
    of_scores = {one.model_id for one in scored if one.batch_id in unfinished}
    of_pairs = [one for one in compared if one.batch_id in unfinished]
    return of_scores.union(*((one.left_model, one.right_model) for one in of_pairs))


def _raters(store: Store) -> dict[int, str]:
    """Rater id -> name; of a model that rates, marked as one. Imported raters bear their mark in the name."""
    return {one.id: f"{one.name} (model)" if one.kind == "model" else one.name for one in judgments.all_raters(store)}


def _timed(store: Store) -> set[int]:
    """Raters whose time is known: people who rate here."""
    return {one.id for one in judgments.all_raters(store) if one.kind == "human"}


def _lengths(store: Store, pairs: Sequence[Comparison]) -> dict[int, int]:
    """Completion id -> characters."""
    wanted = {id for one in pairs for id in (one.left_id, one.right_id)}
    return {one.id: len(one.text) for one in completions.by_ids(store, wanted).values()}


def _advice(store: Store, question: Question) -> str:
    """What to do where nobody of these kinds has judged."""
    others = sorted({one.kind for one in judgments.all_raters(store)} - set(question.raters))
    kinds = " or ".join(question.raters)
    known = f" There are other raters: {' '.join(f'--raters {kind}' for kind in others)}." if others else ""
    used = rubrics.others_judged(store, question.rubric, question.batch)
    known += f" Other rubrics are judged on: {' '.join(f'--rubric {name}' for name in used)}." if used else ""
    return f"No {kinds} rater has judged on {question.rubric} yet.{known}"
