"""The names known of the installed lm-eval are those of its own TaskManager, and its tags hold the same tasks."""

from __future__ import annotations

import pytest
from lm_eval.tasks import TaskManager
from lm_eval.tasks._index import Kind

from workbench.errors import DataError
from workbench.tasks import groups, index

# defined in place with an include, which lm-eval reads at the top of a file only; members without a name
_NOT_WHOLE = {"flan_held_in", "t0_eval"}


@pytest.fixture(scope="module")
def entries():
    return TaskManager().task_index


def test_the_same_names_are_known(entries):
    stock = {*index.installed(), *index.tagged()}
    assert (stock - set(entries), set(entries) - stock) == (set(), set())


def test_a_tag_stands_for_the_same_tasks(entries):
    tags = {name: entry.tags for name, entry in entries.items() if entry.kind is Kind.TAG}
    assert {name: {*tasks} for name, tasks in index.tagged().items() if name in tags} == tags


def test_every_group_stands_for_tasks(entries):
    for name in (name for name, entry in entries.items() if entry.kind is Kind.GROUP):
        if name in _NOT_WHOLE:
            with pytest.raises(DataError):
                groups.group(name)
        else:
            assert groups.group(name).tasks, name
