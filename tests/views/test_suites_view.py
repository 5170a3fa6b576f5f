"""Suites x models: which run stands for a model, what is compared, and the scores of groups."""

from __future__ import annotations

import answered_runs
import pytest

from workbench.spec import JobSpec
from workbench.store import jobs, runs
from workbench.tasks import groups
from workbench.views.suites import OTHER, suite_table


def test_a_task_stands_in_every_suite_that_names_it(store):
    answered_runs.run(store, [0, 1], task="openbookqa")
    answered_runs.run(store, [0, 1], task="nq_open")
    found = {suite.name: [line.task for line in suite.tasks] for suite in suite_table(store).suites}
    assert found == {"helm-classic": ["nq_open", "openbookqa"], "helm-lite": ["nq_open", "openbookqa"]}


def test_a_finished_run_stands_before_a_newer_one_that_was_broken_off(store):
    done = answered_runs.run(store, [0, 1])
    answered_runs.unfinished(store, 12)
    (suite,) = suite_table(store).suites
    assert [run.id for run in suite.tasks[0].runs] == [done.id]


def test_a_task_that_was_asked_differently_is_not_compared(store):
    answered_runs.run(store, [0, 0])
    other = runs.add_task(store, "a task", "1", {"num_fewshot": 5}, [{"q": "?"}])
    begun = runs.begin(store, answered_runs.asked(store, "other").id, "w", other, runs.CLEAN, {}, 1, None)
    answers = [runs.Answer(runs.item_ids(store, other.id)[0], "?", (" a", " b"), 0, 0, False, {"acc": 1.0})]
    runs.finish(store, begun.id, answers, {"acc": 1.0})
    (suite,) = suite_table(store).suites
    assert (suite.name, suite.tasks[0].alike, suite.compared, suite.means) == (OTHER, False, 0, (None, None))


@pytest.fixture
def math(store):
    """The tasks of hendrycks_math, of which `small` has finished all, with 1 of 2 right, and `other` one."""
    tasks = groups.group("hendrycks_math").tasks
    for task in tasks:
        _exact(store, task, "small")
    _exact(store, tasks[0], "other")
    return tasks


def test_the_tasks_of_a_group_stand_together_with_its_score(store, math):
    (suite,) = suite_table(store).suites
    (group,) = suite.groups
    assert (suite.name, [line.task for line in suite.tasks]) == ("helm-lite", list(math))
    assert {line.group for line in suite.tasks} == {"hendrycks_math"}
    other, small = group.scores
    assert (other, small.estimate, small.n) == (None, pytest.approx(0.5), 2 * len(math))


def test_a_group_that_no_suite_names_is_known_by_the_job_that_ran_it(store):
    tasks = groups.group("aexams").tasks
    for task in tasks:
        answered_runs.run(store, [0, 1], task=task)
    job = jobs.enqueue(store, JobSpec("bench", {"task": "aexams"}), "heavy", "bench")
    jobs.claim(store, "heavy", 1, 1.0, "here")
    jobs.finish(store, job.id, "done", result={"groups": {"aexams": {}}})
    (suite,) = suite_table(store).suites
    assert (suite.name, [group.name for group in suite.groups]) == (OTHER, ["aexams"])
    assert len(suite.tasks) == len(tasks)


def test_a_group_counts_once_in_the_mean_of_its_suite(store):
    """One of 2 right on every task of the group, 2 of 2 on a task beside it: the mean of .5 and 1."""
    for task in groups.group("aexams").tasks:
        answered_runs.run(store, [0, 1], task=task)
    answered_runs.run(store, [0, 0], task="beside it")
    job = jobs.enqueue(store, JobSpec("bench", {"task": "aexams"}), "heavy", "bench")
    jobs.claim(store, "heavy", 1, 1.0, "here")
    jobs.finish(store, job.id, "done", result={"groups": {"aexams": {}}})
    (suite,) = suite_table(store).suites
    assert (suite.compared, suite.means[0].estimate) == (2, pytest.approx(0.75))


def _exact(store, task, model):
    """A finished run of two items, one of them right, by exact match."""
    config = {"task": task, "metric_list": [{"metric": "exact_match"}]}
    stored = runs.add_task(store, task, "1", config, [{"q": "a"}, {"q": "b"}])
    begun = runs.begin(store, answered_runs.asked(store, model).id, "w", stored, runs.CLEAN, {}, 2, None)
    kept = {"value": 0.5, "low": 0.1, "high": 0.9, "n": 2, "reason": None, "higher_is_better": True}
    runs.finish(store, begun.id, [], {"exact_match": {**kept, "aggregation": "mean"}})
