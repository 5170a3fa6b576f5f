"""What has to be mirrored before a suite runs without a network."""

from __future__ import annotations

import pytest

from workbench.errors import UnknownName
from workbench.store import mirrors
from workbench.views.suite_data import suite_data

SST2 = "workbench data mirror nyu-mll/glue --config sst2 --split validation FILE"


def of(store, suite, task):
    return next(one for one in suite_data(store, suite) if one.task == task)


def test_a_task_of_the_hub_comes_with_the_command_that_mirrors_it(store):
    assert of(store, "glue", "sst2").mirror == (SST2,)


def test_what_is_mirrored_needs_nothing(store):
    mirrors.add(store, "nyu-mll/glue", "sst2", "validation", "sst2.tsv", "")
    assert of(store, "glue", "sst2").mirror == ()


def test_bundled_tasks_need_nothing(store):
    assert all(one.bundled and not one.mirror for one in suite_data(store, "core"))


def test_a_group_stands_there_as_its_tasks(store):
    names = {one.task for one in suite_data(store, "helm-lite")}
    assert "hendrycks_math_algebra" in names
    assert "hendrycks_math" not in names


def test_another_name_is_no_suite(store):
    with pytest.raises(UnknownName, match="glue"):
        suite_data(store, "glu")
