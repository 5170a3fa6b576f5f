"""A workspace from before batches said that they were picked by hand: what they were stays so, also through a log."""

from __future__ import annotations

import hashlib
import json
import sqlite3

import pytest
from sqlite_utils import Database

from workbench.spec import derived_seed
from workbench.store import batches, migrations, open_store, prompts
from workbench.store.connection import APPLICATION_ID
from workbench.store.event_import import take_up
from workbench.store.event_log import write
from workbench.workspace import Workspace

NOW = "2026-01-01T00:00:00.000Z"
NAME = "doubtful benchmark items"
ROWS = (
    'INSERT INTO rubrics VALUES (1, \'r\', \'hash\', \'{"name": "r", "title": "R", "criteria": []}\', :now)',
    'INSERT INTO prompts VALUES (1, \'p\', \'[{"role": "user", "content": "Why?"}]\', 0, NULL, NULL, :now)',
    'INSERT INTO prompts VALUES (2, \'q\', \'[{"role": "user", "content": "How?"}]\', 0, NULL, NULL, :now)',
    "INSERT INTO batches (id, name, rubric_id, seed, created_at) VALUES (1, :name, 1, 0, :now)",
    "INSERT INTO batches (id, name, rubric_id, seed, created_at) VALUES (2, :name, 1, :seed, :now)",
    "INSERT INTO batches (id, name, rubric_id, seed, created_at) VALUES (3, :name, 1, :seed, :now)",
    "INSERT INTO batch_items (id, batch_id, prompt_id, position) VALUES (1, 1, 1, 0), (2, 2, 2, 0), (3, 3, 2, 0)",
)


@pytest.fixture
def old(workspace):
    """Of the seventh schema: two batches that raced for the first item, and one that has only their name."""
    workspace.create()
    connection = sqlite3.connect(workspace.database)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    migrations.migrations.apply(Database(connection), stop_before="m008_kept_back")
    with connection:
        for statement in ROWS:
            connection.execute(statement, {"now": NOW, "name": NAME, "seed": derived_seed(0, NAME) % (1 << 31)})
    connection.execute("PRAGMA user_version=7")
    connection.close()
    return workspace


def picked(store):
    return [one.id for one in batches.all_batches(store) if one.hand_picked]


def test_the_batches_of_doubtful_items_are_known_by_name_and_seed(old):
    with open_store(old) as store:
        assert picked(store) == [3, 2]
        assert batches.hand_picked(store, "another name", 1).id == 2


def test_the_mark_that_their_prompts_lost_is_found_again(old):
    with open_store(old) as store:
        assert prompts.evaluation_only(store) == [2]


def test_a_log_of_the_older_schema_means_the_same(old, tmp_path):
    with open_store(old) as store:
        lines = write(store, tmp_path / "log.jsonl").path.read_text().splitlines()
    with open_store(Workspace(tmp_path / "other")) as other:
        take_up(other, as_before(lines, tmp_path / "old.jsonl"))
        assert (picked(other), prompts.evaluation_only(other)) == ([3, 2], [2])


def as_before(lines, path):
    """The log as the seventh schema wrote it."""
    rows = [json.loads(line) for line in lines[1:-1]]
    rows = [row for row in rows if row["table"] != "held_prompts"]
    for row in rows:
        row["row"].pop("hand_picked", None)
    body = "".join(_line(row) for row in rows)
    end = {"rows": len(rows), "sha256": hashlib.sha256(body.encode()).hexdigest()}
    path.write_text(_line({**json.loads(lines[0]), "schema": 7}) + body + _line({"end": end}))
    return path


def _line(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
