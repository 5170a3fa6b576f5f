"""Krippendorff's alpha against the worked examples of its author, by hand, and by simulation."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest

from workbench.statistics.agreement import krippendorff_alpha

# Krippendorff (2011), Computing Krippendorff's alpha-reliability: 4 observers x 12 units (section C)
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
).T


def alpha(values, **given):
    return krippendorff_alpha(values, np.random.default_rng(0), **given)


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_is_that_of_the_published_example(metric, published):
    assert alpha(PUBLISHED, metric=metric).alpha.estimate == pytest.approx(published, abs=5e-4)


def test_only_items_with_two_ratings_count():
    # the last of the twelve units has one rating: 11 units with 3 + 4 * 8 + 3 + 2 = 40 ratings
    found = alpha(PUBLISHED)
    assert (found.alpha.n, found.raters, found.ratings) == (11, 4, 40)


def test_two_observers_and_two_values():
    # section A of the same paper: .095
    one, other = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha(np.transpose([one, other]), metric="nominal").alpha.estimate == pytest.approx(0.095, abs=5e-4)


def test_two_observers_and_five_names():
    # section B of the same paper: .692
    one, other = [[float(ord(name)) for name in line] for line in ("aabbdcccedda", "babbbccceddd")]
    assert alpha(np.transpose([one, other]), metric="nominal").alpha.estimate == pytest.approx(0.692, abs=5e-4)


def test_the_ordinal_metric_by_hand():
    # items 1-2, 2-2, 3-3: n 1 3 2 for 1 2 3; mid-ranks .5 2.5 5. Observed: two ordered pairs (1, 2) at 2^2 = 8.
    # expected: 2 * (1*3 * 2^2 + 1*2 * 4.5^2 + 3*2 * 2.5^2) / (6 - 1) = 2 * 90 / 5 = 36; alpha = 1 - 8 / 36
    assert alpha([[1, 2], [2, 2], [3, 3]]).alpha.estimate == pytest.approx(1 - 8 / 36)


def test_one_value_throughout_is_no_variation_and_not_agreement():
    found = alpha([[4, 4], [4, 4], [4, 4]])
    assert isnan(found.alpha.estimate)
    assert found.reason == "no variation: every rating is 4"


def test_complete_agreement_is_one_without_an_interval():
    found = alpha([[1, 1], [3, 3], [5, 5]])
    assert (found.alpha.estimate, isnan(found.alpha.low)) == (1, True)
    assert "no disagreement on any of 3 items" in str(found.reason)


@pytest.mark.parametrize("values", [np.empty((0, 3)), [[1, nan], [nan, 2]]])
def test_without_an_item_rated_twice_there_is_no_alpha(values):
    found = alpha(values)
    assert (isnan(found.alpha.estimate), found.alpha.n) == (True, 0)
    assert found.reason == "no item has two ratings"


def test_two_items_have_no_interval():
    found = alpha([[1, 2], [3, 3]])
    assert isnan(found.alpha.low)
    assert "n = 2" in str(found.reason)


def test_draws_that_mostly_miss_the_one_that_varies_leave_no_interval():
    # the one item that differs is missed by (29/30)^30 = 36 % of the draws
    found = alpha([[3, 3]] * 29 + [[3, 4]])
    assert isnan(found.alpha.low)
    assert "too little variation" in str(found.reason)


def test_a_seed_fixes_the_interval():
    assert alpha(PUBLISHED) == alpha(PUBLISHED)


def rated(rng, items, raters):
    """Ratings 1..5 of items whose quality is seen through noise."""
    return np.clip(np.rint(rng.normal(3.2, 1, (items, 1)) + rng.normal(0, 0.8, (items, raters))), 1, 5)


def test_the_interval_covers_the_truth_in_95_of_100_draws():
    rng = np.random.default_rng(4)
    truth = krippendorff_alpha(rated(rng, 200_000, 3), rng, draws=2).alpha.estimate
    found = [krippendorff_alpha(rated(rng, 100, 3), rng, draws=300).alpha for _ in range(500)]
    assert 0.92 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.97


def test_answers_to_one_prompt_are_drawn_together():
    # the same five answers in each of 40 prompts: with prompts as clusters no draw differs from the data
    prompt = [[1, 2], [2, 2], [3, 4], [4, 4], [5, 3]]
    found = alpha(prompt * 40, clusters=[n // 5 for n in range(200)]).alpha
    assert found.low == pytest.approx(found.estimate)
    assert alpha(prompt * 40).alpha.low < found.low - 0.01
