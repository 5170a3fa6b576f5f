"""Stress through a real worker: clean and perturbed answers linked by item, only the input changed."""

from __future__ import annotations

import math

import pytest
import running

from workbench.jobs.stress import SEVERITIES, variants
from workbench.store import runs
from workbench.views.stress import stress


@pytest.fixture(scope="module")
def tested(shared, cache):
    job = running.done(shared, "stress", model="tiny", task="multiple_choice", limit=10)
    return stress(shared, job.result["clean"])


def test_every_perturbation_runs_at_every_severity(shared, tested):
    assert len(tested.rows) == 3 * len(SEVERITIES)
    assert {row.n for row in tested.rows} == {10}


def test_only_changed_items_are_compared(shared, tested):
    for row in tested.rows:
        changed = [answer for answer in runs.answers(shared, row.run) if answer.changed]
        assert row.changed == row.paired.n == len(changed)


def test_an_unchanged_item_was_asked_the_same_and_answered_the_same(shared, tested):
    clean = {answer.item_id: answer for answer in runs.answers(shared, tested.clean_run)}
    for row in tested.rows:
        for answer in runs.answers(shared, row.run):
            assert (answer.context == clean[answer.item_id].context) == (not answer.changed)
            assert answer.choices == clean[answer.item_id].choices
            assert answer.gold == clean[answer.item_id].gold


def test_the_noise_floor_comes_from_answers_of_its_own(shared, tested):
    floor = next(run for run in runs.all_runs(shared) if run.variant == {"perturbation": "clean-rerun"})
    clean = runs.by_id(shared, tested.clean_run)
    assert floor.settings["scoring_budget"] != clean.settings["scoring_budget"]
    assert len(runs.responses(shared, floor.id)) == len(runs.responses(shared, clean.id))
    assert 0 <= tested.floor <= 1


def test_holm_never_makes_a_p_smaller(tested):
    for row in tested.rows:
        assert math.isnan(row.p) or row.p >= row.paired.p


def test_a_second_stress_asks_nothing_again(shared, tested):
    running.done(shared, "stress", model="tiny", task="multiple_choice", limit=10)
    assert len(runs.all_runs(shared)) == 3 * len(SEVERITIES) + 2


def test_the_same_seed_makes_the_same_perturbed_documents(store):
    from workbench.tasks.load import load

    loaded = load(store, "multiple_choice", 5)
    assert list(variants(loaded, 7)) == list(variants(loaded, 7))
    assert list(variants(loaded, 7)) != list(variants(loaded, 8))


def test_a_killed_stress_goes_on_to_the_same_numbers(store, cache, ended, tmp_path):
    job = running.submit(store, "stress", model="tiny", task="multiple_choice", limit=30)
    job = running.until(store, job.id, lambda job: job.done > 300 or job.ended)  # in the midst of the perturbed items
    assert job.total == 30 * 4 * (2 + 3 * len(SEVERITIES))
    killed = running.kill(store, job)
    assert killed.state == "lost"
    running.launch.resume(store, job.id)
    found = stress(store, running.finished(store, job.id).result["clean"])
    with running.other(tmp_path / "other") as second:
        whole = running.done(second, "stress", model="tiny", task="multiple_choice", limit=30)
        expected = stress(second, whole.result["clean"])
        assert [row.paired for row in found.rows] == [row.paired for row in expected.rows]
        assert [row.p for row in found.rows] == [row.p for row in expected.rows]
        assert [row.flip_rate for row in found.rows] == [row.flip_rate for row in expected.rows]
        assert found.floor == expected.floor
        for row, other in zip(found.rows, expected.rows, strict=True):
            given, asked = runs.answers(store, row.run), runs.answers(second, other.run)
            assert [one.logprobs for one in given] == [one.logprobs for one in asked]
