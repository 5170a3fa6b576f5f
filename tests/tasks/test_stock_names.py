"""The names known of the installed lm-eval are those of its own TaskManager, and its tags hold the same tasks."""

from __future__ import annotations

import pytest
from lm_eval.tasks import TaskManager
from lm_eval.tasks._index import Kind

from workbench.tasks import index


@pytest.fixture(scope="module")
def entries():
    return TaskManager().task_index


def test_the_same_names_are_known(entries):
    stock = {*index.installed(), *index.tagged()}
    assert (stock - set(entries), set(entries) - stock) == (set(), set())


def test_a_tag_stands_for_the_same_tasks(entries):
    tags = {name: entry.tags for name, entry in entries.items() if entry.kind is Kind.TAG}
    assert {name: {*tasks} for name, tasks in index.tagged().items() if name in tags} == tags
