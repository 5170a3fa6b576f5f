"""Severity, position and scale use by hand; what they find in planted data is in test_planted_effects."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest

from workbench.statistics.mean import mean_interval
from workbench.statistics.rater_effects import left_wins, position_effect, scale_use, severity


def estimates(effects):
    return [one.estimate for one in effects.columns]


def test_the_one_who_gives_less_is_severe():
    # on two shared items rater 1 gives 1 and 2 points more: 1.5, half of it to either side of the mean
    assert estimates(severity([[5, 4], [4, 2], [nan, 1]])) == pytest.approx([-0.75, 0.75])


def test_a_rater_who_got_worse_answers_is_not_taken_for_severe():
    # both agree wherever they meet; the second also rated three bad answers alone
    assert estimates(severity([[5, 5], [4, 4], [nan, 1], [nan, 1], [nan, 1]])) == pytest.approx([0, 0])


def test_raters_who_never_met_are_compared_through_a_third():
    # a gives 1 more than b, b gives 1 more than c: a - c = 2
    found = estimates(severity([[5, 4, nan], [3, 2, nan], [nan, 4, 3], [nan, 3, 2]]))
    assert found == pytest.approx([-1, 0, 1])


def test_two_raters_of_all_items_have_the_paired_t_interval():
    second = np.random.default_rng(1).integers(1, 6, 12)
    changes = np.array([0, 1, 1, 0, -1, 1, 2, 0, 1, 0, 1, 0])
    found = severity(np.stack([second + changes, second], axis=1)).columns[1]
    paired = mean_interval(12, float(changes.sum()), float((changes**2).sum()))
    assert [2 * x for x in (found.estimate, found.low, found.high)] == pytest.approx(
        [paired.estimate, paired.low, paired.high]
    )


def test_raters_without_a_common_item_have_a_mean_of_their_own_group():
    found = severity([[5, 4, nan, nan], [3, 3, nan, nan], [nan, nan, 2, 4], [nan, nan, 1, 5]])
    assert estimates(found) == pytest.approx([-0.25, 0.25, 1.5, -1.5])
    assert "2 groups that share no item" in str(found.reason)


def test_a_rater_who_shares_nothing_has_no_severity():
    # the first two differ by 1 0 2 0
    found = severity([[5, 4, nan], [3, 3, nan], [4, 2, nan], [2, 2, nan], [nan, nan, 5]])
    assert (isnan(found.columns[2].estimate), found.columns[2].n) == (True, 0)
    assert found.columns[0].n == 4
    assert found.reason is None


def test_a_rater_with_two_shared_items_has_no_interval_and_the_others_do():
    found = severity([[5, 4, nan], [3, 3, nan], [4, 2, 5], [2, 2, 2]])
    assert isnan(found.columns[2].low)
    assert found.columns[0].low < found.columns[0].estimate < found.columns[0].high


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.empty((0, 2)), "no two raters share an item"),
        ([[5, nan], [nan, 4]], "no two raters share an item"),
        ([[5, 4], [3, 3]], "n = 2 is too small for an interval"),
        ([[5, 4], [3, 2], [2, 1]], "no scatter: the raters differ by the same on every item"),
    ],
)
def test_where_there_is_no_interval_the_reason_is_given(values, reason):
    found = severity(values)
    assert all(isnan(one.low) for one in found.columns)
    assert reason in str(found.reason)


def test_items_of_one_prompt_are_one_fact():
    # five answers a prompt, all with the same difference: as wide as with one answer a prompt
    changes = np.array([0, 1, 1, 0, -1, 1, 2, 0, 1, 0, 1, 0])
    once = np.stack([changes, 0 * changes], axis=1)
    often = severity(np.repeat(once, 5, axis=0), clusters=np.repeat(np.arange(12), 5).tolist()).columns[0]
    alone = severity(once).columns[0]
    assert (often.low, often.high) == (pytest.approx(alone.low), pytest.approx(alone.high))


def test_what_is_shown_first_may_get_more():
    # visits 5-4, 4-4, 3-1: the first position is 1 point above the second on the mean
    found = position_effect([[5, 4], [4, 4], [3, 1]])
    assert estimates(found) == pytest.approx([0.5, -0.5])
    assert found.columns[0].n == 3


def test_ties_are_no_wins_of_either_side():
    assert left_wins([1, 1, 0, 0.5, 0.5]).estimate == pytest.approx(2 / 3)
    assert left_wins([0.5]).reason == "no data"


def test_points_are_counted_by_rater():
    first, second = scale_use([[5, 3], [5, nan], [1, 3]])
    assert (first.counts, first.n) == ((1, 0, 0, 0, 2), 3)
    assert second.counts == (0, 0, 2, 0, 0)
