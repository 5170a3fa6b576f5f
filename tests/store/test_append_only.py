"""Judgments are never changed: not by us, not by a foreign program, not by SQLite's REPLACE."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import given
import pytest

from workbench.store import gold, judgments, ratings

COLUMNS = (
    "id, uuid, session, seq, kind, rater_id, item_id, completion_id, rubric_id, criterion, value, text, undoes,"
    " position, shown_at, milliseconds, created_at, other_id, outcome"
)


@pytest.fixture
def batch(store):
    """Three events of one session: a score, its undo, another score."""
    made = given.batch(store, [["a", "b"]])
    judgments.add_rater(store, "ada")
    first = given.say(store, made)
    given.say(store, made, kind="undo", undoes=first.uuid, value=None)
    given.say(store, made, value=5)
    gold.add(store, made.rubric_id, [(1, {"fluency": 5})], "a test")
    return made


@pytest.fixture
def foreign(store, batch):
    """Another program's connection, with SQLite's defaults: replaced rows fire no delete triggers there."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        yield connection


def events(store):
    return [tuple(row) for row in store.read("SELECT * FROM judgments ORDER BY id")]


@pytest.mark.parametrize(
    "statement", ["UPDATE judgments SET value = 1", "DELETE FROM judgments", "DELETE FROM judgments WHERE id = 3"]
)
@pytest.mark.parametrize("whose", ["store", "foreign"])
def test_update_and_delete_abort(store, foreign, whose, statement):
    before = events(store)
    connection = store.connection if whose == "store" else foreign
    with pytest.raises(sqlite3.IntegrityError, match="judgments are never"):
        connection.execute(statement)
    assert events(store) == before


# Each names the row it would replace (1: the score, 2: its undo) by one unique key and leaves the others new.
REPLACED_BY = {
    "uuid": (1, {"id": "NULL", "session": "'session'", "seq": "4", "undoes": "NULL"}),
    "id": (1, {"uuid": "'new'", "session": "'session'", "seq": "4", "undoes": "NULL"}),
    "undoes": (2, {"id": "NULL", "uuid": "'new'", "session": "'session'", "seq": "4"}),
    "session and seq": (1, {"id": "NULL", "uuid": "'new'", "undoes": "NULL"}),
}


@pytest.mark.parametrize("key", REPLACED_BY)
@pytest.mark.parametrize("whose", ["store", "foreign"])
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"])
def test_an_insert_that_meets_a_unique_key_aborts(store, foreign, whose, verb, key):
    before = events(store)
    row, fresh = REPLACED_BY[key]
    values = ", ".join(fresh.get(name.strip(), name.strip()) for name in COLUMNS.split(","))
    connection = store.connection if whose == "store" else foreign
    with pytest.raises(sqlite3.IntegrityError, match="judgments"):
        connection.execute(f"{verb} INTO judgments ({COLUMNS}) SELECT {values} FROM judgments WHERE id = {row}")
    assert events(store) == before


def test_an_upsert_aborts(store, foreign):
    before = events(store)
    with pytest.raises(sqlite3.IntegrityError, match="judgments"):
        foreign.execute(
            f"INSERT INTO judgments ({COLUMNS}) SELECT {COLUMNS} FROM judgments WHERE id = 1"
            " ON CONFLICT (uuid) DO UPDATE SET value = 5"
        )
    assert events(store) == before


def test_a_gap_in_the_numbers_of_a_session_is_refused(store, foreign):
    values = COLUMNS.replace("id,", "NULL,", 1).replace("uuid", "'new'").replace("seq", "5").replace("undoes", "NULL")
    with pytest.raises(sqlite3.IntegrityError, match="without a gap"):
        foreign.execute(f"INSERT INTO judgments ({COLUMNS}) SELECT {values} FROM judgments WHERE id = 1")


IMMUTABLE = ("rubrics", "prompts", "completions", "presentations", "batch_items", "batch_candidates", "gold_scores")


@pytest.mark.parametrize("table", IMMUTABLE)
def test_what_a_judgment_points_to_cannot_be_updated(store, foreign, table):
    column = store.value("SELECT name FROM pragma_table_info(?) LIMIT 1", (table,))
    assert store.value(f"SELECT COUNT(*) FROM {table}") > 0
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} are never changed"):
        foreign.execute(f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", IMMUTABLE)
def test_what_a_judgment_points_to_cannot_be_deleted(store, foreign, table):
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} are never deleted"):
        foreign.execute(f"DELETE FROM {table}")


# Each gives one row of its table another content under its own unique keys.
REPLACEMENTS = {
    "rubrics": "SELECT id, name, hash, '{}', created_at FROM rubrics",
    "prompts": "SELECT id, hash, '[]', 1, NULL, NULL, created_at FROM prompts",
    "completions": "SELECT id, request_hash, prompt_id, model_id, 'another text', finish_reason, tokens, sample, seed,"
    " decoding, dtype, NULL, created_at FROM completions WHERE id = 1",
    "presentations": "SELECT id, rater_id, item_id, '[2,1]', created_at FROM presentations",
    "batch_items": "SELECT id, batch_id, prompt_id, 7, 1, NULL, 0 FROM batch_items",
    "batch_candidates": "SELECT item_id, completion_id, 2 FROM batch_candidates WHERE completion_id = 1",
    "gold_scores": "SELECT id, completion_id, rubric_id, criterion, 1, 'another', created_at FROM gold_scores",
}


@pytest.mark.parametrize("table", IMMUTABLE)
def test_what_a_judgment_points_to_cannot_be_replaced_by_a_foreign_program(store, foreign, table):
    before = [tuple(row) for row in store.read(f"SELECT * FROM {table}")]
    with pytest.raises(sqlite3.IntegrityError):
        foreign.execute(f"INSERT OR REPLACE INTO {table} {REPLACEMENTS[table]}")
    assert [tuple(row) for row in store.read(f"SELECT * FROM {table}")] == before


def test_the_ratings_still_say_what_the_events_say(store, foreign):
    assert ratings.differences(store) == 0
