"""A workspace from before there were several raters: everything stays, and means what it meant."""

from __future__ import annotations

import sqlite3

import pytest
from sqlite_utils import Database

from workbench.rating.session import RatingSession
from workbench.store import batches, integrity, migrations, models, open_store, ratings
from workbench.store.connection import APPLICATION_ID

NOW = "2026-01-01T00:00:00.000Z"
ROWS = (
    'INSERT INTO rubrics VALUES (1, \'r\', \'hash\', \'{"name": "r", "title": "R", "criteria":'
    ' [{"name": "c", "question": "?", "prompt": "p", "anchors": [], "examples": []}]}\', :now)',
    'INSERT INTO prompts VALUES (1, \'p\', \'[{"role": "user", "content": "Why?"}]\', 0, NULL, NULL, :now)',
    "INSERT INTO models (id, name, reference, kind, created_at) VALUES (1, 'm', 'm', 'embedded', :now)",
    "INSERT INTO completions VALUES (1, 'h', 1, 1, 'text', 'stop', 1, 0, 0,"
    ' \'{"max_new_tokens": 1, "temperature": 0.0, "top_p": 1.0}\', \'float32\', NULL, :now)',
    "INSERT INTO batches VALUES (1, 'old', 1, 0, NULL, :now)",
    "INSERT INTO batch_items VALUES (1, 1, 1, 0)",
    "INSERT INTO batch_candidates VALUES (1, 1, NULL)",
    "INSERT INTO raters VALUES (1, 'ada', 'human', :now)",
    "INSERT INTO sessions VALUES ('s', 1, 1, 'host', 1, :now)",
    "INSERT INTO judgments VALUES (1, 'u', 's', 1, 'score', 1, 1, 1, 1, 'c', 4, NULL, NULL, 0, :now, 900, :now)",
    "INSERT INTO ratings VALUES (1, 1, 1, 'score', 'c', 4, 1)",
    "INSERT INTO summaries VALUES ('home of ada', '{\"last_judgment\": 1}')",
)


@pytest.fixture
def old(workspace):
    """A workspace of the second schema with one score in it."""
    workspace.create()
    connection = sqlite3.connect(workspace.database)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    migrations.migrations.apply(Database(connection), stop_before="m003_raters")
    with connection:
        for statement in ROWS:
            connection.execute(statement, {"now": NOW})
    connection.execute("PRAGMA user_version=2")
    connection.close()
    return workspace


def test_the_judgments_are_as_they_were_and_guarded(old):
    with open_store(old) as store:
        row = store.one("SELECT * FROM judgments")
        assert (row["uuid"], row["value"], row["other_id"], row["outcome"]) == ("u", 4, None, None)
        assert (integrity.missing_triggers(store), integrity.gaps(store)) == ([], [])
        assert (integrity.view_differences(store), integrity.broken_references(store)) == (0, 0)
        with pytest.raises(sqlite3.IntegrityError, match="judgments are never changed"):
            store.connection.execute("UPDATE judgments SET outcome = NULL")


def test_an_old_batch_goes_whole_to_every_rater(old):
    with open_store(old) as store:
        (batch,) = batches.all_batches(store)
        assert (batch.mode, batch.overlap, batch.overlap_raters, batch.repeats, batch.gold) == (
            "ratings",
            1,
            None,
            0,
            0,
        )
        assert RatingSession.open(store, 1, "ada").place() is None
        assert RatingSession.open(store, 1, "bob").place().item.raters_wanted is None
        assert ratings.differences(store) == 0


def test_it_is_copied_to_the_backups_first(old):
    open_store(old).close()
    (copy,) = old.backups.iterdir()
    with sqlite3.connect(copy) as before:
        assert before.execute("PRAGMA user_version").fetchone() == (2,)


def test_models_stay_and_two_kinds_are_new(old):
    with open_store(old) as store:
        assert [(one.name, one.kind) for one in models.all_models(store)] == [("m", "embedded")]
        for kind in ("server", "imported"):
            assert models.add(store, kind, kind, kind, None, None).kind == kind
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            models.add(store, "x", "x", "oracle", None, None)
