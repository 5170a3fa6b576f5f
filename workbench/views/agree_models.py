"""What the judgments say of the models: paired means, how many more would tell them apart, and Bradley-Terry.

Ratings of different raters are never subtracted: a difference is that of one rater on one prompt, then the mean over
the raters of the prompt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import nan

import numpy as np

from workbench.statistics import bradley_terry
from workbench.statistics.mean import Interval, mean_interval
from workbench.statistics.paired import Paired, paired_values
from workbench.statistics.power import Needed, items_needed
from workbench.store.comparisons import Comparison
from workbench.views.agree_comparisons import first_wins
from workbench.views.agree_finding import Finding, finding
from workbench.views.agree_raters import Names, generator
from workbench.views.agree_scores import Answers

Games = Sequence[tuple[bradley_terry.Comparison, tuple[int, ...]]]


def means(given: Answers, names: Names) -> Iterator[Finding]:
    """Of each model, over prompts; a prompt's value is the mean over its answers and raters."""
    for model in np.unique(given.model).tolist():
        mask = given.model == model
        values = _mean_by(given.prompt[mask], given.mean[mask])[1]
        value = mean_interval(len(values), float(values.sum()), float((values**2).sum()))
        yield finding(("mean", names[model]), value, "prompts", given.ids(mask))


def differences(given: Answers, names: Names, wanted: float) -> Iterator[Finding]:
    """Of each two models, and how many prompts more would show a difference of `wanted` points."""
    for one, other in combinations(np.unique(given.model).tolist(), 2):
        prompts, changes = _changes(given, one, other)
        if len(prompts):
            behind = given.ids(np.isin(given.model, (one, other)) & np.isin(given.prompt, prompts))
            paired = paired_values([0.0] * len(changes), changes)
            pair = (names[one], names[other])
            yield finding(("difference", *pair), paired.difference, "prompts", behind, _verdict(paired))
            needed = items_needed(changes, wanted)
            yield finding(("needed", *pair), _more(needed), "prompts", behind, needed.reason)


def strengths(source: str, games: Games) -> Iterator[Finding]:
    """Of each model, and of each two, from comparisons or from ratings (`source`)."""
    if not games:
        return
    found = bradley_terry.strengths([game for game, _ in games], generator(source))
    for model, value in zip(found.models, found.strengths, strict=True):
        yield finding(("strength", source, model), value, "comparisons", _behind(games, model), found.reason)
    for (i, one), (j, other) in combinations(enumerate(found.models), 2):
        value = found.wins[i][j]
        yield finding(("beats", source, one, other), value, "comparisons", _behind(games, one, other), found.reason)


def games_of_comparisons(compared: Sequence[Comparison], names: Names) -> Games:
    """Both bad counts as a tie: neither is better."""
    return [
        (
            bradley_terry.Comparison(
                one.prompt_id, names[one.left_model], names[one.right_model], first_wins(one.outcome)
            ),
            (one.judgment_id,),
        )
        for one in compared
    ]


def games_of_ratings(given: Answers, names: Names) -> Games:
    """Each two answers of one visit, by different models, as a comparison: the higher mean is better."""
    order = np.lexsort((given.completion, given.item, given.rater))
    visits = np.flatnonzero(
        (np.diff(given.rater[order], prepend=-1) != 0) | (np.diff(given.item[order], prepend=-1) != 0)
    )
    ids = _ids_by_answer(given)
    games = []
    for visit in np.split(order, visits[1:]):
        for i, j in combinations(visit.tolist(), 2):
            if given.model[i] != given.model[j]:
                score = 0.5 + 0.5 * float(np.sign(round(given.mean[i] - given.mean[j], 9)))
                first, second = names[int(given.model[i])], names[int(given.model[j])]
                games.append((bradley_terry.Comparison(int(given.prompt[i]), first, second, score), ids[i] + ids[j]))
    return games


def _changes(given: Answers, one: int, other: int) -> tuple[np.ndarray, list[float]]:
    """Prompts on which some rater rated both, and the mean over those raters of second minus first."""
    sides = []
    for model in (one, other):
        mask = given.model == model
        visits, values = _mean_by(np.stack([given.prompt[mask], given.rater[mask]], axis=1), given.mean[mask])
        sides.append(dict(zip(map(tuple, visits.tolist()), values.tolist(), strict=True)))
    first, second = sides
    both = sorted(first.keys() & second.keys())
    if not both:
        return np.array([], dtype=np.int64), []
    prompts, changes = _mean_by(np.array([visit[0] for visit in both]), np.array([second[v] - first[v] for v in both]))
    return prompts, changes.tolist()


def _mean_by(keys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct keys, ascending, and the mean of the values of each."""
    found, at = np.unique(keys, axis=0, return_inverse=True)
    return found, np.bincount(at, values) / np.bincount(at)


def _verdict(paired: Paired) -> str | None:
    if paired.reason:
        return paired.reason
    low, high = paired.difference.low, paired.difference.high
    if low <= 0 <= high:
        return f"no difference can be seen; one of {paired.detectable:.2f} would have shown"
    return None


def _more(needed: Needed) -> Interval:
    """What is missing, from what the spread's own interval gives; n is what is there."""
    if needed.total is None or needed.low is None or needed.high is None:
        return Interval(nan, nan, nan, needed.measured)
    total, low, high = (max(0.0, float(one - needed.measured)) for one in (needed.total, needed.low, needed.high))
    return Interval(total, low, high, needed.measured)


def _behind(games: Games, *models: str) -> tuple[int, ...]:
    """The judgments of the games in which all of these models meet."""
    found = {id for game, ids in games if set(models) <= {game.first, game.second} for id in ids}
    return tuple(sorted(found))


def _ids_by_answer(given: Answers) -> list[tuple[int, ...]]:
    order = np.argsort(given.of, kind="stable")
    parts = np.split(given.scores.judgment[order], np.flatnonzero(np.diff(given.of[order])) + 1)
    return [tuple(part.tolist()) for part in parts] if len(given) else []
