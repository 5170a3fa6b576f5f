"""Bias through a real worker: three arms linked by text, the same after a kill."""

from __future__ import annotations

import pytest
import running

from workbench.store import runs
from workbench.views import bias


@pytest.fixture(scope="module")
def measured(shared, cache):
    return running.done(shared, "bias", model="tiny", limit=12)


def test_every_text_is_asked_in_three_arms(shared, measured):
    found = bias.bias(shared, "tiny")
    for row in found.sets:
        assert set(row.runs) == {"original", "swap", "placebo"}
        assert {runs.by_id(shared, run).items for run in row.runs.values()} == {row.n}
        assert row.n + len(row.skipped) == 12


def test_a_gap_is_the_difference_of_the_kept_answers(shared, measured):
    """Male minus female, from the log-probabilities that the runs keep."""
    row = next(one for one in bias.twin_rows(shared, "tiny") if one.set == "pairs_gender")
    arms = bias.bias(shared, "tiny").sets[0].runs
    value = {arm: runs.answers(shared, run)[0].logprobs[0] for arm, run in arms.items()}
    swapped = value["swap"] - value["original"]
    female = next(doc for _, doc in runs.docs(shared, runs.by_id(shared, arms["swap"]).task_id))["gender"] == "female"
    assert row.gap == (swapped if female else -swapped)


def test_a_decision_is_flipped_where_the_answer_is_another(shared, measured):
    for row in bias.twin_rows(shared, "tiny"):
        assert (row.flipped is None) == (row.set == "pairs_gender")
        if row.flipped is not None:
            assert row.flipped == (row.answers["swap"] != row.answers["original"])


def test_a_model_is_measured_once_every_arm_is_finished(shared, measured):
    assert bias.measured(shared) == ["tiny"]


def test_a_killed_run_goes_on_to_the_same_numbers(store, cache, ended, tmp_path):
    job = running.submit(store, "bias", model="tiny")
    job = running.until(store, job.id, lambda job: job.done > 0 or job.ended)
    if running.kill(store, job).state == "lost":
        running.launch.resume(store, job.id)
    running.finished(store, job.id)
    with running.other(tmp_path / "other") as second:
        running.done(second, "bias", model="tiny")
        assert bias.bias(second, "tiny").effects == bias.bias(store, "tiny").effects
