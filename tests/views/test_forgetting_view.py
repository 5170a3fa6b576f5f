"""The words for what a training cost, from two runs of which every answer is known."""

from __future__ import annotations

import answered_runs
import pytest

from workbench.store import models
from workbench.views.forgetting import REMEDY, forgetting
from workbench.views.rounds import evidence

RIGHT, WRONG = 0, 1


@pytest.fixture
def told(store):
    """What is said of a round whose parent was right on all twelve items."""

    def tell(answers):
        answered_runs.run(store, [RIGHT] * 12)
        parent = models.by_name(store, "small")
        old = {"old_task": {"task": "a task", "items": 12}}
        models.add(store, "new", "new", "trained", None, "w1", parent.id, None, old)
        if answers:
            answered_runs.run(store, answers, model="new")
        return forgetting(store, "new")

    return tell


def test_a_clear_loss_is_named_with_its_remedy(told, store):
    found = told([WRONG] * 8 + [RIGHT] * 4)
    assert (found.finding, found.remedy, found.paired.lost) == ("forgot", REMEDY, 8)  # exact McNemar: p = 2/2**8
    assert "a task: it forgot, -0.667" in found.verdict  # 8 of 12
    (bench,) = [one for one in evidence(store, models.by_name(store, "new")) if one.kind == "bench"]
    assert bench.figure.verdict.endswith(REMEDY)


def test_a_small_loss_is_not_called_one(told):
    found = told([WRONG] * 2 + [RIGHT] * 10)  # p = .5
    assert (found.finding, found.remedy) == ("nothing seen", "")
    assert "No difference can be seen with n 12" in found.verdict


def test_until_both_are_measured_that_is_said(told):
    found = told([])
    assert (found.finding, found.verdict) == ("not measured", "a task is not measured yet of new.")


def test_a_model_from_outside_has_no_cost(told, store):
    told([])
    assert forgetting(store, "small") is None
