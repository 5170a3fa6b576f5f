"""Ratings with known raters: what was planted is found, and what was not planted is not claimed.

Four raters, three answers a prompt in drawn order, one prompt in five rated by two of them. Scores are rounded to
1..5; qualities lie where hardly any is cut off, so that half a point planted is half a point in the scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from workbench.statistics.correlation import spearman
from workbench.statistics.kappa import self_agreement
from workbench.statistics.rater_effects import left_wins, position_effect, severity
from workbench.statistics.rating_table import tabulate

SEVERITY = np.array([0.5, 0.1, -0.2, -0.4])  # points below the mean rater
POSITION = np.array([0.3, -0.1, -0.2])  # points above the mean position: what is shown first gets more
NONE = np.zeros(4)
RATERS, ANSWERS, PROMPTS = 4, 3, 600


@dataclass(frozen=True)
class Ratings:
    prompts: np.ndarray
    answers: np.ndarray
    raters: np.ndarray
    positions: np.ndarray
    scores: np.ndarray

    def severity(self):
        table = tabulate(self.answers, self.raters, self.scores)
        return severity(table.values, [answer // ANSWERS for answer in table.items]).columns

    def position_effect(self):
        table = tabulate(self.prompts * RATERS + self.raters, self.positions, self.scores)
        return position_effect(table.values, [visit // RATERS for visit in table.items]).columns


def rated(rng, severe=NONE, favour=NONE[:ANSWERS]):
    """Every prompt by one rater and each fifth by the next one too."""
    first = rng.integers(0, RATERS, PROMPTS)
    twice = np.arange(0, PROMPTS, 5)
    prompts = np.concatenate([np.arange(PROMPTS), twice])
    raters = np.concatenate([first, (first[twice] + rng.integers(1, RATERS, len(twice))) % RATERS])
    positions = rng.permuted(np.tile(np.arange(ANSWERS), (len(prompts), 1)), axis=1)
    quality = rng.normal(3, 0.5, (PROMPTS, ANSWERS))[prompts]
    seen = quality - severe[raters][:, None] + favour[positions] + rng.normal(0, 0.4, quality.shape)
    answers = prompts[:, None] * ANSWERS + np.arange(ANSWERS)
    columns = (np.repeat(one, ANSWERS) for one in (prompts, raters))
    return Ratings(next(columns), answers.ravel(), next(columns), positions.ravel(), scored(seen).ravel())


def scored(seen):
    return np.clip(np.rint(seen), 1, 5)


def within(intervals, truth):
    return [one.low <= value <= one.high for one, value in zip(intervals, truth, strict=True)]


def claimed(intervals):
    """Which effects are told from none."""
    return [not one.low <= 0 <= one.high for one in intervals]


def test_planted_severity_is_found():
    found = rated(np.random.default_rng(1), severe=SEVERITY).severity()
    assert all(within(found, SEVERITY))
    assert [claimed(found)[rater] for rater in (0, 2, 3)] == [True] * 3  # a tenth of a point may stay unseen


def test_planted_severity_is_found_beside_a_position_effect():
    assert all(within(rated(np.random.default_rng(2), SEVERITY, POSITION).severity(), SEVERITY))


def test_a_planted_position_effect_is_found():
    found = rated(np.random.default_rng(3), SEVERITY, POSITION).position_effect()
    assert all(within(found, POSITION))
    assert all(claimed(found))


@pytest.mark.parametrize("effect", ["severity", "position_effect"])
def test_intervals_hold_the_planted_value_in_95_of_100_ratings(effect):
    rng = np.random.default_rng(4)
    truth = {"severity": SEVERITY, "position_effect": POSITION}[effect]
    hits = [within(getattr(rated(rng, SEVERITY, POSITION), effect)(), truth) for _ in range(200)]
    assert 0.91 <= np.mean(hits) <= 0.98


@pytest.mark.parametrize("effect", ["severity", "position_effect"])
def test_without_a_planted_effect_five_of_a_hundred_are_claimed(effect):
    rng = np.random.default_rng(5)
    alarms = [claimed(getattr(rated(rng), effect)()) for _ in range(200)]
    assert 0.02 <= np.mean(alarms) <= 0.08


def repeated(rng, contradicted, n=400):
    """Scores given twice; that share of the second ones is another, mostly the point beside it."""
    first = rng.integers(1, 6, n)
    moved = np.where(rng.random(n) < 0.8, 1, 2) * np.where(first >= 3, -1, 1)
    return first, np.where(rng.random(n) < contradicted, first + moved, first)


def test_a_quarter_of_contradictions_is_found():
    found = self_agreement(*repeated(np.random.default_rng(6), 0.25))
    assert found.exact.low <= 0.75 <= found.exact.high < 0.85
    assert found.within_one.low <= 1 - 0.25 * 0.2 <= found.within_one.high


def test_without_contradictions_none_is_claimed():
    found = self_agreement(*repeated(np.random.default_rng(7), 0.0))
    assert (found.exact.estimate, found.exact.high) == (1, 1)


@pytest.mark.parametrize(("left", "seen"), [(0.62, True), (0.5, False)])
def test_a_preference_for_the_left_side_is_found_where_there_is_one(left, seen):
    rng = np.random.default_rng(8)
    wins = np.where(rng.random(500) < 0.1, 0.5, rng.random(500) < left)
    found = left_wins(wins.tolist())
    assert found.low <= left <= found.high
    assert (not found.low <= 0.5 <= found.high) == seen


@pytest.mark.parametrize(("points_a_doubling", "seen"), [(0.3, True), (0.0, False)])
def test_a_reward_for_length_is_found_where_there_is_one(points_a_doubling, seen):
    rng = np.random.default_rng(9)
    doublings = rng.normal(0, 1, 400)
    scores = scored(rng.normal(3, 0.7, 400) + points_a_doubling * doublings)
    found = spearman(scores, 80 * 2**doublings).rho
    assert (found.low > 0, found.low <= 0 <= found.high) == (seen, not seen)
