"""What the scores say of those who gave them: agreement, repeats, severity, position, length, gold, haste."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import nan

import numpy as np

from workbench.preferences.self_disagreement import contradictions, label_smoothing
from workbench.spec import derived_seed
from workbench.statistics.agreement import krippendorff_alpha
from workbench.statistics.correlation import clustered_spearman
from workbench.statistics.kappa import self_agreement, weighted_kappa
from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson
from workbench.statistics.rater_effects import position_effect, scale_use, severity
from workbench.statistics.rating_table import tabulate
from workbench.store.gold import GoldJudgment
from workbench.store.scores import RepeatedScore
from workbench.views.agree_finding import Finding, finding
from workbench.views.agree_scores import (
    READ_MS_A_CHARACTER,
    Answers,
    Scores,
    criterion_table,
    prompts_of,
)

Names = Mapping[int, str]
_WITHIN = ("", "-within-1")


def generator(name: str) -> np.random.Generator:
    """The draws of one number: the same whenever it is computed, whatever else is."""
    return np.random.default_rng(derived_seed("agree", name))


def alphas(scores: Scores, criteria: Sequence[str]) -> Iterator[Finding]:
    for at, criterion in enumerate(criteria if len(scores.value) else ()):
        table, prompts = criterion_table(scores, at)
        found = krippendorff_alpha(table.values, generator(criterion), clusters=prompts.tolist())
        shared = np.array(table.items)[(~np.isnan(table.values)).sum(axis=1) >= 2]
        behind = (scores.criterion == at) & np.isin(scores.completion, shared)
        yield finding(("alpha", criterion), found.alpha, "answers", scores.ids(behind), found.reason)


def kappas(scores: Scores, criteria: Sequence[str], names: Names) -> Iterator[Finding]:
    """Each pair of raters who rated an answer both."""
    for at, criterion in enumerate(criteria):
        table, _ = criterion_table(scores, at)
        for (i, one), (j, other) in combinations(enumerate(table.raters), 2):
            both = ~np.isnan(table.values[:, [i, j]]).any(axis=1)
            if both.any():
                found = weighted_kappa(table.values[:, i], table.values[:, j])
                behind = (
                    (scores.criterion == at)
                    & np.isin(scores.rater, (one, other))
                    & np.isin(scores.completion, np.array(table.items)[both])
                )
                parts = ("kappa", criterion, names[one], names[other])
                yield finding(parts, found.kappa, "answers", scores.ids(behind), found.reason)


def repeats(twice: Sequence[RepeatedScore], criteria: Sequence[str], names: Names) -> Iterator[Finding]:
    """Scores of hidden repeats beside the rater's first ones; by rater, and of all where there are several."""
    for criterion in criteria:
        on = [one for one in twice if one.criterion == criterion]
        raters = sorted({one.rater_id for one in on})
        groups = [(names[rater], [one for one in on if one.rater_id == rater]) for rater in raters]
        for name, group in [("all", on), *groups] if len(raters) > 1 else groups:
            found = self_agreement([one.first for one in group], [one.second for one in group])
            ids = tuple(sorted(id for one in group for id in (one.first_judgment, one.second_judgment)))
            for end, value in zip(_WITHIN, (found.exact, found.within_one), strict=True):
                yield finding((f"again{end}", criterion, name), value, "repeats", ids)


def turned(
    twice: Sequence[RepeatedScore],
    given: Scores,
    criteria: Sequence[str],
    compared: Sequence[tuple[float, float, tuple[int, int]]],
) -> Finding:
    """From prompts whose answers were rated twice, best against worst of the first time, and from pairs compared twice.

    `compared` are (first, again, judgments) with 1, 0 and -1 for left, tie and right of the same two answers.
    """
    prompt = dict(zip(given.completion.tolist(), given.prompt.tolist(), strict=True))
    margins = [*_margins(twice, prompt, criteria), *compared]
    value = label_smoothing(contradictions([one[0] for one in margins], [one[1] for one in margins]))
    return finding(("turned",), value, "repeats", tuple(sorted(id for one in margins for id in one[2])))


def severities(given: Answers, names: Names) -> Iterator[Finding]:
    if len(np.unique(given.rater)) < 2:
        return
    table = given.table()
    found = severity(table.values, prompts_of(table.items, given.completion, given.prompt).tolist())
    shared = np.array(table.items)[(~np.isnan(table.values)).sum(axis=1) >= 2]
    for rater, value in zip(table.raters, found.columns, strict=True):
        behind = (given.rater == rater) & np.isin(given.completion, shared)
        yield finding(("severity", names[rater]), value, "answers", given.ids(behind), found.reason)


def scales(scores: Scores, names: Names) -> Iterator[Finding]:
    for rater in np.unique(scores.rater).tolist():
        mask = scores.rater == rater
        (use,) = scale_use(scores.value[mask][:, None])
        mean = Interval(float(scores.value[mask].mean()), nan, nan, use.n)
        yield Finding(f"scale/{names[rater]}", mean, "scores", None, scores.ids(mask), use.counts)


def positions(given: Answers) -> Iterator[Finding]:
    """By the place at which an answer was shown, from 1; the order is drawn, so no answer sits there by merit."""
    known = given.position >= 0
    visit = np.unique(np.stack([given.rater, given.item]), axis=1, return_inverse=True)[1][known]
    if not known.any():
        return
    table = tabulate(visit, given.position[known], given.mean[known])  # type: ignore[arg-type]
    if len(table.raters) < 2:
        return
    _, first = np.unique(visit, return_index=True)
    found = position_effect(table.values, given.prompt[known][first].tolist())
    for position, value in zip(table.raters, found.columns, strict=True):
        behind = given.position == position
        yield finding(("position", str(position + 1)), value, "answers", given.ids(behind), found.reason)


def lengths(given: Answers) -> Iterator[Finding]:
    if not len(given):
        return
    _, first, at = np.unique(given.completion, return_index=True, return_inverse=True)
    means = np.bincount(at, given.mean) / np.bincount(at)
    long, prompts = given.characters[first], given.prompt[first]
    found = clustered_spearman(means, long, prompts, generator("length"))
    everything = np.ones(len(given), dtype=bool)
    yield finding(("length",), found.rho, "answers", given.ids(everything), found.reason)
    order = np.lexsort((long, prompts))
    starts = np.flatnonzero(np.diff(prompts[order], prepend=-1))
    ends = np.append(starts[1:], len(order)) - 1
    shortest, longest = order[starts], order[ends]
    decided = (long[longest] > long[shortest]) & (means[longest] != means[shortest])
    won = int((means[longest] > means[shortest])[decided].sum())
    behind = np.isin(at, np.concatenate([shortest[decided], longest[decided]]))
    yield finding(("longer",), wilson(won, int(decided.sum())), "prompts", given.ids(behind))


def golds(judged: Iterable[GoldJudgment], criteria: Sequence[str], names: Names) -> Iterator[Finding]:
    """The latest score of each rater, answer and criterion beside the known one."""
    latest = {(one.rater_id, one.criterion, one.completion_id): one for one in judged}
    groups: dict[tuple[int, str], list[GoldJudgment]] = {}
    for one in latest.values():
        groups.setdefault((one.rater_id, one.criterion), []).append(one)
    for (rater, criterion), group in sorted(groups.items()):
        if criterion in criteria:
            found = self_agreement([one.known for one in group], [one.value for one in group])
            ids = tuple(one.judgment_id for one in group)
            for end, value in zip(_WITHIN, (found.exact, found.within_one), strict=True):
                yield finding((f"gold{end}", criterion, names[rater]), value, "answers", ids)


def hasty(given: Answers, names: Names) -> Iterator[Finding]:
    """Answers whose last score came before they could be read, of the raters in `names`, whose time is known.

    Attention counts from the paint of the answer.
    """
    fast = given.milliseconds < READ_MS_A_CHARACTER * given.characters
    for rater in sorted(names.keys() & set(given.rater.tolist())):
        mask = given.rater == rater
        value = wilson(int(fast[mask].sum()), int(mask.sum()))
        yield finding(("too-fast", names[rater]), value, "answers", given.ids(mask & fast))


def _margins(
    twice: Sequence[RepeatedScore], prompt: Mapping[int, int], criteria: Sequence[str]
) -> Iterator[tuple[float, float, tuple[int, ...]]]:
    """(margin, margin again, judgments) of best and worst, by the first time, of each visit that was repeated."""
    visits: dict[tuple[int, int, int], dict[int, list[RepeatedScore]]] = {}
    for one in twice:
        if one.criterion in criteria and one.completion_id in prompt:
            visit = (one.rater_id, one.batch_id, prompt[one.completion_id])
            visits.setdefault(visit, {}).setdefault(one.completion_id, []).append(one)
    for visit in sorted(visits):
        whole = [group for group in visits[visit].values() if len(group) == len(criteria)]
        if len(whole) > 1:
            best = max(whole, key=lambda group: sum(one.first for one in group))
            worst = min(whole, key=lambda group: sum(one.first for one in group))
            pairs = list(zip(best, worst, strict=True))
            ids = tuple(id for one in (*best, *worst) for id in (one.first_judgment, one.second_judgment))
            first, again = sum(a.first - b.first for a, b in pairs), sum(a.second - b.second for a, b in pairs)
            yield first / len(criteria), again / len(criteria), ids
