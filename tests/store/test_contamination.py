"""Items of a benchmark that a model, or one of its ancestors, was trained on."""

from __future__ import annotations

import answered_runs
import given
import pytest

from workbench.store import contamination, models, runs


def trained(store, name, parent, which):
    data = {"data": {"name": "rows", "fingerprint": "hash of the file", "rows": 1, "which": which}}
    return models.add(store, name, name, "trained", None, "w", parent.id, None, data)


@pytest.fixture
def line(store):
    """Three models: from outside, trained on `a`, trained further on `b`."""
    root = given.model(store, "root")
    child = trained(store, "child", root, "a")
    return root, child, trained(store, "grandchild", child, "b")


def run_of(store, name):
    run = answered_runs.run(store, [0, 0, 0], model=name)
    return run, runs.task_hash(store, run.task_id)


def test_nothing_is_known_of_a_model_from_outside(store, line):
    run, _ = run_of(store, "root")
    assert contamination.items(store, run) is None


def test_the_sets_of_all_ancestors_count_and_each_item_once(store, line):
    run, task = run_of(store, "grandchild")
    contamination.keep(store, task, "a", [0, 1])
    contamination.keep(store, task, "b", [1, 2])
    assert contamination.items(store, run) == 3


def test_a_set_that_nobody_looked_through_leaves_the_count_unknown(store, line):
    run, task = run_of(store, "grandchild")
    contamination.keep(store, task, "a", [0])
    assert contamination.items(store, run) is None


def test_items_that_were_not_asked_do_not_count(store, line):
    run, task = run_of(store, "child")
    contamination.keep(store, task, "a", [2, 3])  # of 3 asked
    assert contamination.items(store, run) == 1
