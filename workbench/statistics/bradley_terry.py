"""How strong is each model, from comparisons of two answers to one prompt? Bradley and Terry (1952).

P(i beats j) = 1 / (1 + exp(strength j - strength i)), a tie counting as half a win for either. As many virtual ties
as there are free strengths (models - 1) are shared evenly among the compared pairs. They keep the estimate finite
where one side won throughout and take most of its bias away: for two models they are Haldane's half (1955), for more
what Firth's correction (1993) adds where all pairs were compared alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from workbench.statistics.bootstrap import DRAWS, percentile_interval, resampled_sums
from workbench.statistics.connectivity import groups, reaches
from workbench.statistics.mean import MIN_N, Interval

_STEPS = 100  # Newton needs about eight; a longest step of 2 lets the far cases arrive
_LONGEST_STEP = 2.0
_CONVERGED = 1e-9


@dataclass(frozen=True, slots=True)
class Comparison:
    """One judgment of two models' answers to a prompt. `score`: 1 `first` is better, 0 `second` is, .5 a tie."""

    prompt: int
    first: str
    second: str
    score: float


@dataclass(frozen=True, slots=True)
class Strengths:
    """Models, strongest first, with their strengths: natural logarithms of odds, mean 0 over the models.

    The n of a strength counts the comparisons of that model. `wins[i][j]` is the probability (0..1) that model i
    beats model j, a tie counting half; its n counts their direct comparisons (0: known through others only), and
    `wins[i][i]` is .5. `reason` says why strengths or bounds are NaN, in words; None where all is known.
    """

    models: tuple[str, ...]
    strengths: tuple[Interval, ...]
    wins: tuple[tuple[Interval, ...], ...]
    prompts: int
    reason: str | None


def strengths(
    comparisons: Iterable[Comparison],
    rng: np.random.Generator,
    virtual_ties: float = 1.0,
    draws: int = DRAWS,
) -> Strengths:
    """Maximum likelihood with `virtual_ties` (above 0) a free strength; percentile bootstrap over prompts.

    Comparisons of a model with itself say nothing about models and are left out. Strengths are NaN where the models
    fall into groups that were never compared with each other; bounds are NaN where some models never lost to the
    others, since a draw of such comparisons shows nothing else.
    """
    kept = [one for one in comparisons if one.first != one.second]
    models = sorted({name for one in kept for name in (one.first, one.second)})
    by_prompt = _wins_by_prompt(kept, models)  # (prompts, models * models)
    wins = by_prompt.sum(axis=0).reshape(len(models), len(models))
    games = wins + wins.T
    apart = _never_compared(models, games)
    if apart:
        return _unknown(models, games, len(by_prompt), apart)
    added = virtual_ties * (len(models) - 1) * (games > 0) / (games > 0).sum()
    estimate = _fit(wins[None] + added)[0]
    drawn = _fit(resampled_sums(by_prompt, rng, draws).reshape(draws, *wins.shape) + added)
    ahead = reaches(wins > 0)
    too_few = f"{len(by_prompt)} prompts are too few for an interval" if len(by_prompt) < MIN_N else None
    known = ahead & ahead.T & (too_few is None)
    order = [int(at) for at in np.argsort(-estimate, kind="stable")]
    return Strengths(
        tuple(models[at] for at in order),
        tuple(_interval(estimate[at], drawn[:, at], games[at].sum(), bool(known.all())) for at in order),
        tuple(tuple(_win(estimate, drawn, games, known, i, j) for j in order) for i in order),
        len(by_prompt),
        too_few or _unbeaten(models, ahead),
    )


def _wins_by_prompt(comparisons: Sequence[Comparison], models: Sequence[str]) -> np.ndarray:
    """Wins of model i over model j within each prompt: (prompts, models * models)."""
    place = {name: at for at, name in enumerate(models)}
    prompts = {one.prompt: 0 for one in comparisons}
    row = {prompt: at for at, prompt in enumerate(prompts)}
    wins = np.zeros((len(prompts), len(models) ** 2))
    for one in comparisons:
        i, j = place[one.first], place[one.second]
        wins[row[one.prompt], i * len(models) + j] += one.score
        wins[row[one.prompt], j * len(models) + i] += 1 - one.score
    return wins


def _fit(wins: np.ndarray) -> np.ndarray:
    """Strengths (draws, models) of tables of wins (draws, models, models), by Newton's method on all at once."""
    games = wins + wins.transpose(0, 2, 1)
    count = wins.shape[1]
    found = np.zeros(wins.shape[:2])
    for _ in range(_STEPS):
        chance = _beats(found[:, :, None] - found[:, None, :])
        slope = (wins - games * chance).sum(axis=2)
        bend = games * chance * (1 - chance)
        # The Laplacian is singular along "all models stronger by the same"; adding 1 / count fixes that sum at 0.
        curvature = bend.sum(axis=2)[:, :, None] * np.eye(count) - bend + 1 / count
        step = np.linalg.solve(curvature, slope[:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        found += step * np.minimum(1, _LONGEST_STEP / np.maximum(longest, _CONVERGED))
        if longest.max() < _CONVERGED:
            break
    return np.asarray(found - found.mean(axis=1, keepdims=True))


def _beats(difference: np.ndarray) -> np.ndarray:
    """The chance to beat a model that is weaker by `difference`."""
    return np.asarray(1 / (1 + np.exp(-difference)))


def _interval(estimate: float, drawn: np.ndarray, n: float, known: bool) -> Interval:
    if not known:
        return Interval(float(estimate), nan, nan, round(n))
    return percentile_interval(float(estimate), drawn, round(n))


def _win(estimate: np.ndarray, drawn: np.ndarray, games: np.ndarray, known: np.ndarray, i: int, j: int) -> Interval:
    differences = _beats(drawn[:, i] - drawn[:, j])
    return _interval(float(_beats(estimate[i] - estimate[j])), differences, games[i, j], bool(known[i, j]))


def _unknown(models: Sequence[str], games: np.ndarray, prompts: int, reason: str) -> Strengths:
    """Nothing but how often each was compared."""
    rows = tuple(tuple(Interval(nan, nan, nan, round(n)) for n in row) for row in games)
    alone = tuple(Interval(nan, nan, nan, round(n)) for n in games.sum(axis=1))
    return Strengths(tuple(models), alone, rows, prompts, reason)


def _never_compared(models: Sequence[str], games: np.ndarray) -> str | None:
    """That no strengths can be told, or None where each model is compared with each, if only through others."""
    if not models:
        return "no comparison of two models"
    apart = groups(games > 0)
    if len(apart) == 1:
        return None
    words = " | ".join(", ".join(models[at] for at in group) for group in apart)
    return f"never compared, not even through others: {words}"


def _unbeaten(models: Sequence[str], ahead: np.ndarray) -> str | None:
    """Ford's condition (1957): a finite estimate needs that, through others, each model has beaten each."""
    if ahead.all():
        return None
    top = [name for at, name in enumerate(models) if not (ahead[:, at] & ~ahead[at]).any()]
    return (
        f"{', '.join(top)} never lost to the others: how far ahead is not known, "
        "and the strengths lean on the virtual ties"
    )
