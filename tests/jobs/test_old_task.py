"""Which benchmarks a training asks for as it ends: each model's once, and only such as can be compared."""

from __future__ import annotations

import pytest

from workbench.errors import UsageError
from workbench.jobs import _forgetting, _inputs
from workbench.spec import JobSpec
from workbench.store import jobs, models
from workbench.worker.context import WarmModel, WorkerContext


@pytest.fixture
def context(store):
    jobs.enqueue(store, JobSpec("pull", {"name": "tiny"}), "light", "pull tiny")
    return WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel())


@pytest.fixture
def ask(context):
    """The jobs that measure `base` and a model made from it."""

    def queue(made):
        both = [models.add(context.store, name, name, "trained", None, f"w {name}") for name in ("base", made)]
        asked = _forgetting.queue(context, "multiple_choice", 12, *both)
        return asked["before"], asked["after"]

    return queue


def measured(store, job_id, versions):
    """The heavy job that was queued first, done on the weights of `base` with these versions."""
    assert jobs.claim(store, "heavy", 1, 0.0, "here").id == job_id
    jobs.keep_plan(store, job_id, {"inputs": {"base": "w base"}, "versions": versions})
    jobs.finish(store, job_id, "done", result={"run": 1})


def test_two_trainings_from_one_parent_measure_it_once(ask, store):
    (before, first), (again, second) = ask("one"), ask("two")
    assert again == before
    assert len({before, first, second}) == 3
    assert len(jobs.recent(store)) == 1 + 3  # and the pull


def test_what_was_measured_by_the_same_versions_still_stands(ask, store):
    before, _ = ask("one")
    measured(store, before, _inputs.versions())
    assert ask("two")[0] == before


def test_what_other_versions_measured_is_measured_again(ask, store):
    before, _ = ask("one")
    measured(store, before, {**_inputs.versions(), "lm_eval": "0.1"})
    assert ask("two")[0] > before


def test_a_group_of_tasks_is_refused():
    with pytest.raises(UsageError, match=r"old_task: mmlu is a group of \d+ tasks"):
        _forgetting.check("mmlu")
