"""The words of large runs' prompts find the same items as reading the texts does."""

from __future__ import annotations

import random
import sqlite3

import given
import pytest

from workbench.store import open_store, outcomes, prompt_words, runs
from workbench.store.runs import Answer

WORDS = ("River", "river,", "100%", "snake_case", "back\\slash", "Über", "a", "to")
TEXTS = [" ".join(random.Random(at).choices(WORDS, k=30)) for at in range(10)]
TEXTS[2] += " RIVERBED"
TEXTS[9] += " Riverboat 100%"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """What is large, and a part of it, at the size of a test: ten items are three parts."""
    monkeypatch.setattr(prompt_words, "LEAST", 3)
    monkeypatch.setattr(prompt_words, "_PART", 4)


def finished(store, texts, name="first", choices=(" yes", " no")):
    task = runs.add_task(store, "a task", "1", {}, [{"q": text} for text in texts])
    run = runs.begin(store, given.model(store, name).id, name, task, runs.CLEAN, {}, len(texts), None)
    items = zip(runs.item_ids(store, task.id), texts, strict=True)
    runs.finish(store, run.id, [Answer(item, text, choices, 0, 0, False, {"acc": 1.0}) for item, text in items], {})
    return run.id


def kept(store):
    return store.value("SELECT COUNT(*) FROM prompt_words")


def holding(store, run_id, pattern):
    words = prompt_words.words_of(store, run_id)
    assert words
    return words.holding(pattern)


def read(store, run_id, words):
    """The same question where no words are kept."""
    with store.write() as db:
        db.execute("DELETE FROM worded_prompts")
    return outcomes.holding(store, run_id, words)


@pytest.mark.parametrize(
    "words",
    [["riverb"], ["RIVER,"], ["0%"], ["e_c"], ["k\\s"], ["über"], ["Über"], ["yes"], ["none"], ["riverb", "0%"],
     ["riverb", "r"], ["r"], ["r a"], ["a", "riverb", "r a"], []],
)  # fmt: skip
def test_words_find_what_reading_finds(store, words):
    run = finished(store, TEXTS)
    assert outcomes.holding(store, run, words) == read(store, run, words)


def test_a_rare_word_is_found_without_a_text(store):
    run = finished(store, [*TEXTS, "the WATERFALL to a river"])
    assert holding(store, run, "%fall%") == {11}


def test_where_more_match_than_there_are_items_the_texts_are_read(store):
    assert holding(store, finished(store, TEXTS), "%r%") is None


def test_runs_that_were_asked_the_same_share_their_words(store):
    finished(store, TEXTS)
    before = kept(store)
    second = finished(store, TEXTS, "second")
    assert kept(store) == before
    assert outcomes.holding(store, second, ["riverb"]) == outcomes.holding(store, 1, ["riverb"])


def test_other_prompts_have_their_own_words(store):
    finished(store, TEXTS)
    other = finished(store, [*TEXTS[1:], "a waterfall"], "second")
    assert (outcomes.holding(store, 1, ["fall"]), outcomes.holding(store, other, ["fall"])) == ([], [20])


def test_a_small_run_is_read(store, monkeypatch):
    monkeypatch.setattr(prompt_words, "LEAST", 11)
    run = finished(store, TEXTS)
    assert (kept(store), prompt_words.words_of(store, run)) == (0, None)


def test_texts_without_blanks_are_read(store):
    run = finished(store, [f"没有空格的文字{at}" for at in range(10)])
    assert kept(store) == 0
    assert outcomes.holding(store, run, ["文字7"]) == [8]


def test_words_whose_keeping_was_killed_are_kept_in_the_end(store):
    run = finished(store, TEXTS)
    every = kept(store)
    (prompts,) = store.read("SELECT prompts FROM worded_prompts")[0]
    with store.write() as db:
        db.execute("DELETE FROM worded_prompts")
        db.execute("DELETE FROM prompt_words WHERE part = 1 AND word > 'b' OR part = 2")
    assert outcomes.holding(store, run, ["riverb"]) == [3, 10]
    prompt_words.keep(store.connection, store.write, run, prompts)
    assert kept(store) == every
    assert holding(store, run, "%riverb%") == {3, 10}


def test_runs_of_an_older_schema_get_their_words(workspace):
    with open_store(workspace) as store:
        run = finished(store, TEXTS)
    with sqlite3.connect(workspace.database) as db:
        for statement in ("DROP TABLE worded_prompts", "DROP TABLE prompt_words", "PRAGMA user_version=9",
                          "DELETE FROM _sqlite_migrations WHERE name = 'm010_prompt_words'"):  # fmt: skip
            db.execute(statement)
    db.close()
    with open_store(workspace) as store:
        assert holding(store, run, "%riverb%") == {3, 10}
