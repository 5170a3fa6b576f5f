"""What one rater gave to the same answers each time, and the chance of a turned pair that follows."""

from __future__ import annotations

import given
import pytest

from workbench.jobs import train_dpo
from workbench.store import data, exports, repeats

GOOD, BAD = (5, 5, 5), (1, 1, 1)


def twice(store, again):
    """Three prompts rated in one batch, and again in a second batch of the same answers."""
    answers = [["yes", "no"]] * 3
    first, second = given.batch(store, answers), given.batch(store, answers)
    given.judged(store, first, {one: GOOD if one % 2 else BAD for one in range(1, 7)})
    given.judged(store, second, again)


def exported(store):
    """A data set that an export of these ratings made."""
    made = data.add(store, "pairs", "preferences", 3, "fingerprint", "pairs.jsonl", "export", {})
    policy = {"rubric": "general", "min_margin": 1.0}
    exports.add(store, "preferences", "pairs.jsonl", 3, "sha", policy, {"kept": 3}, 0, made.id, None)


def test_what_was_given_each_time_is_told_in_its_order(store):
    twice(store, {1: (4, 4, 4), 2: (2, 2, 2)})
    assert repeats.visits(store, "general") == [[{1: 5.0, 2: 1.0}, {1: 4.0, 2: 2.0}]]


def test_answers_without_all_scores_and_other_raters_do_not_count(store):
    twice(store, {1: GOOD})
    given.judged(store, given.batch(store, [["yes", "no"]]), {2: GOOD}, rater="bob")
    assert repeats.visits(store, "general") == [[{1: 5.0, 2: 1.0}, {1: 5.0}]]
    assert repeats.visits(store, "summary") == []


def test_robust_gets_the_chance_of_one_turned_judgment(store):
    # One of three pairs is turned round: 2 e (1 - e) = 1/3, so e = (1 - sqrt(1/3)) / 2 = .2113, not 1/3.
    twice(store, {1: BAD, 2: GOOD, 3: GOOD, 4: BAD, 5: GOOD, 6: BAD})
    exported(store)
    params = train_dpo.Params(data="pairs", loss_type="robust")
    assert train_dpo.smoothing(store, params) == pytest.approx(0.2113, abs=1e-4)


def test_a_set_that_was_exported_as_it_is_keeps_the_policy_that_made_it(store):
    twice(store, {1: BAD, 2: GOOD, 3: GOOD, 4: BAD, 5: GOOD, 6: BAD})
    exported(store)
    as_it_is = {"data": "pairs", "fingerprint": "fingerprint", "to": "jsonl"}
    exports.add(store, "data as jsonl", "out", 3, "another sha", as_it_is, {"train": 3}, 0, 1, None)
    params = train_dpo.Params(data="pairs", loss_type="robust")
    assert train_dpo.smoothing(store, params) == pytest.approx(0.2113, abs=1e-4)


def test_other_losses_and_a_number_of_ones_own_need_no_measurement(store):
    assert train_dpo.smoothing(store, train_dpo.Params(data="pairs")) == 0.0
    given_one = train_dpo.Params(data="pairs", loss_type="robust", label_smoothing=0.2)
    assert train_dpo.settings(given_one, measured=train_dpo.smoothing(store, given_one)).label_smoothing == 0.2
