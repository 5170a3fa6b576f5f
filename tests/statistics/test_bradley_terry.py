"""Bradley-Terry strengths against a published table, by hand, and by simulation."""

from __future__ import annotations

from math import isnan, log

import numpy as np
import pytest

from workbench.statistics.bradley_terry import Comparison, strengths

# Agresti, Categorical Data Analysis: American League 1987, wins of the row over the column
TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
WINS = [
    [0, 7, 9, 7, 7, 9, 11], [6, 0, 7, 5, 11, 9, 9], [4, 6, 0, 7, 7, 8, 12], [6, 8, 6, 0, 6, 7, 10],
    [6, 2, 6, 7, 0, 7, 12], [4, 4, 5, 6, 6, 0, 6], [2, 4, 1, 3, 1, 7, 0],
]  # fmt: skip
PUBLISHED = [1.581, 1.436, 1.294, 1.248, 1.108, 0.684, 0]


def compared(*rows):
    """(first, second, wins, losses, ties) a row, each comparison on a prompt of its own."""
    scores = [(a, b, score) for a, b, *counts in rows for score, n in zip((1, 0, 0.5), counts, strict=True)
              for _ in range(n)]  # fmt: skip
    return [Comparison(prompt, a, b, score) for prompt, (a, b, score) in enumerate(scores)]


def fit(comparisons, **given):
    return strengths(comparisons, np.random.default_rng(0), **given)


def by_model(found):
    return dict(zip(found.models, found.strengths, strict=True))


def test_without_virtual_ties_they_are_those_of_the_published_table():
    games = [(TEAMS[i], TEAMS[j], WINS[i][j], 0, 0) for i in range(7) for j in range(7)]
    found = by_model(fit(compared(*games), virtual_ties=1e-9, draws=10))
    last = found["Baltimore"].estimate
    assert [found[team].estimate - last for team in TEAMS] == pytest.approx(PUBLISHED, abs=5e-4)


def test_two_models_by_hand():
    # 7 wins and 2 ties of 10 are 8; half a virtual win to either: log odds log(8.5 / 2.5), centred at 0
    found = fit(compared(("new", "old", 7, 1, 2)))
    assert [one.estimate for one in found.strengths] == pytest.approx([log(8.5 / 2.5) / 2, -log(8.5 / 2.5) / 2])
    assert found.models == ("new", "old")
    assert found.wins[0][1].estimate == pytest.approx(8.5 / 11)
    assert found.wins[1][0].estimate == pytest.approx(2.5 / 11)
    assert (found.strengths[0].n, found.wins[0][1].n, found.prompts) == (10, 10, 10)


def test_a_model_is_compared_through_a_third():
    # a over b and b over c, 3 : 1 each; two free strengths, so a virtual tie for each of the two compared pairs:
    # odds 3.5 / 1.5 for either step, squared for a over c
    found = fit(compared(("a", "b", 3, 1, 0), ("b", "c", 3, 1, 0)))
    odds = (3.5 / 1.5) ** 2
    assert found.wins[0][2].estimate == pytest.approx(odds / (1 + odds))
    assert found.wins[0][2].n == 0


def test_models_that_were_never_compared_have_no_common_scale():
    found = fit(compared(("a", "b", 3, 1, 0), ("c", "d", 1, 3, 0)))
    assert all(isnan(one.estimate) for one in found.strengths)
    assert found.reason == "never compared, not even through others: a, b | c, d"


def test_a_model_that_never_lost_has_a_strength_and_no_bounds():
    found = fit(compared(("a", "b", 9, 0, 0)))
    assert found.strengths[0].estimate == pytest.approx(log(9.5 / 0.5) / 2)
    assert isnan(found.strengths[0].low)
    assert str(found.reason).startswith("a never lost to the others")


def test_models_that_beat_each_other_keep_their_bounds_below_one_that_never_lost():
    found = fit(compared(("top", "b", 5, 0, 0), ("b", "c", 4, 4, 0)))
    assert isnan(found.wins[0][1].low)
    assert 0 < found.wins[1][2].low < 0.5 < found.wins[1][2].high < 1


def test_a_tie_with_the_others_is_as_good_as_a_loss():
    assert fit(compared(("a", "b", 9, 0, 1))).reason is None


def test_two_prompts_have_no_interval():
    found = fit(compared(("a", "b", 1, 1, 0)))
    assert isnan(found.strengths[0].low)
    assert found.reason == "2 prompts are too few for an interval"


def test_no_comparison_is_no_data():
    assert fit([]).reason == "no comparison of two models"


def test_a_model_against_itself_says_nothing():
    own = [Comparison(9, "a", "a", 1.0)]
    assert fit(own).models == ()
    assert fit(compared(("a", "b", 2, 2, 0)) + own) == fit(compared(("a", "b", 2, 2, 0)))


def test_the_order_of_the_comparisons_and_of_their_sides_does_not_matter():
    rows = compared(("a", "b", 5, 2, 1), ("b", "c", 3, 2, 0))
    turned = [Comparison(one.prompt, one.second, one.first, 1 - one.score) for one in reversed(rows)]
    assert fit(rows) == fit(turned)


def test_comparisons_of_one_prompt_are_drawn_together():
    # ten prompts, each judged eight times alike: ten facts and not eighty
    alone = compared(("a", "b", 56, 24, 0))
    together = [Comparison(n // 8, "a", "b", one.score) for n, one in enumerate(alone)]
    width = [one.high - one.low for one in (fit(alone).strengths[0], fit(together).strengths[0])]
    assert width[1] > 2 * width[0]


def simulated(rng, truth, prompts):
    """Three comparisons of two drawn models a prompt, which favours some models (standard deviation .5)."""
    out = []
    for prompt in range(prompts):
        strength = truth + rng.normal(0, 0.5, len(truth))
        for _ in range(3):
            i, j = rng.choice(len(truth), 2, replace=False)
            won = rng.random() < 1 / (1 + np.exp(strength[j] - strength[i]))
            out.append(Comparison(prompt, str(i), str(j), float(won)))
    return out


def test_the_interval_covers_the_truth_in_95_of_100_draws():
    # the favours pull log odds towards 0 (Zeger, Liang & Albert 1988): by 1 / sqrt(1 + .346 * 2 * .5^2) = .923
    rng, truth = np.random.default_rng(8), np.array([0.7, 0.1, -0.8])
    hits = []
    for _ in range(300):
        found = by_model(strengths(simulated(rng, truth, 50), rng, draws=300))
        hits += [found[str(i)].low <= 0.923 * truth[i] <= found[str(i)].high for i in range(3)]
    assert 0.91 <= np.mean(hits) <= 0.97
