"""Prompts that were marked for evaluation only after they were stored: the mark holds, and travels with the events."""

from __future__ import annotations

import sqlite3

import given
import pytest

from workbench.records import Message
from workbench.store import open_store, prompts, ratings, settings
from workbench.store.event_import import take_up
from workbench.store.event_log import write
from workbench.workspace import Workspace

ASKED = [(Message("user", "Why?"),), (Message("user", "How?"),)]


@pytest.fixture
def marked(store):
    """Two prompts, of which the second was marked when it came again."""
    settings.put(store, settings.EVALUATION_SHARE, "0")
    prompts.add(store, ASKED)
    prompts.add(store, ASKED, evaluation_only=[False, True])
    return store


def held(store):
    return [one.evaluation_only for one in prompts.by_ids(store, [1, 2]).values()]


def test_a_mark_that_comes_later_holds(marked):
    assert [one.evaluation_only for one in prompts.add(marked, ASKED)] == held(marked) == [False, True]
    assert prompts.evaluation_only(marked) == [2]


def test_a_mark_that_comes_again_changes_nothing(marked):
    prompts.add(marked, ASKED, evaluation_only=[False, True])
    assert held(marked) == [False, True]


def test_the_ratings_of_such_a_prompt_say_so(store):
    batch = given.batch(store, [["a"]])
    given.rated(store, batch, {1: (4, 4, 4)})
    prompts.add(store, [(Message("user", "Question 1?"),)], evaluation_only=[True])
    assert [one.evaluation_only for one in ratings.rated(store, "general")] == [True]


@pytest.mark.parametrize("statement", ["DELETE FROM held_prompts", "UPDATE held_prompts SET prompt_id = 1"])
def test_a_mark_is_never_taken_back(marked, statement):
    with pytest.raises(sqlite3.IntegrityError, match="held_prompts are never"):
        marked.connection.execute(statement)


def test_the_event_log_carries_the_marks(marked, tmp_path):
    log = write(marked, tmp_path / "log.jsonl").path
    with open_store(Workspace(tmp_path / "other")) as other:
        take_up(other, log)
        assert held(other) == [False, True]
        assert take_up(other, log).added == 0
