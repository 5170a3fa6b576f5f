"""Repair makes what follows from the events again from them, says what differed, and leaves the way back."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import given
import pytest

from workbench.errors import StoreError
from workbench.records import BatchSettings
from workbench.store import Store, integrity, open_store
from workbench.store.backup import AUTOMATIC_KEPT, backup, backup_before
from workbench.store.repair import repair


@pytest.fixture
def judged(store):
    """A score for each criterion, a skip, and a comparison."""
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (3, 4, 5)})
    pairs = given.batch(store, [["a", "b"]], judged=BatchSettings("pairs"))
    given.say(
        store, pairs, seq_of="pairs", kind="comparison", item_id=2, completion_id=2, other_id=1, outcome="left",
        criterion=None, value=None,
    )  # fmt: skip
    return store


def rows(store, table):
    return [tuple(row) for row in store.read(f"SELECT * FROM {table}")]


def test_both_views_are_those_of_the_events_again(judged):
    before = [rows(judged, "ratings"), rows(judged, "comparisons")]
    judged.connection.execute("UPDATE ratings SET value = 1 WHERE criterion = 'fluency'")
    judged.connection.execute("DELETE FROM ratings WHERE kind = 'skip'")
    judged.connection.execute("UPDATE comparisons SET outcome = 'tie'")
    done = repair(judged)
    assert [rows(judged, "ratings"), rows(judged, "comparisons")] == before
    # a changed row differs twice: the one that stands, and the one that should
    assert (done.differed, done.guards) == ({"ratings": 3, "comparisons": 2}, [])


def test_it_says_which_rows_differed(judged):
    judged.connection.execute("UPDATE comparisons SET outcome = 'tie'")
    row = "rater_id 1, item_id 2, left_id 2, right_id 1, outcome {}, judgment_id 5"
    assert repair(judged).examples == [
        f"comparisons: no event says {row.format('tie')}",
        f"comparisons: was missing: {row.format('left')}",
    ]


def test_the_database_from_before_is_kept(judged):
    judged.connection.execute("DELETE FROM comparisons")
    with closing(sqlite3.connect(repair(judged).backup)) as before:
        assert before.execute("SELECT COUNT(*) FROM comparisons").fetchone() == (0,)


def test_a_guard_that_was_dropped_is_put_back(judged):
    judged.connection.execute("DROP TRIGGER judgments_never_deleted")
    assert repair(judged).guards == ["judgments_never_deleted"]
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        judged.connection.execute("DELETE FROM judgments")


def test_a_summary_of_wrong_ratings_goes(judged):
    judged.connection.execute("INSERT INTO summaries VALUES ('home of ada', '{}')")
    judged.connection.execute("DELETE FROM comparisons")
    repair(judged)
    assert rows(judged, "summaries") == []


def test_a_sound_database_is_left_alone(judged):
    done = repair(judged)
    assert (done.backup, done.differed, judged.workspace.backups.exists()) == (
        None,
        {"ratings": 0, "comparisons": 0},
        False,
    )


def damage(store):
    """Overwrite the page that begins the index of ratings, in the file."""
    page = store.value("SELECT rootpage FROM sqlite_schema WHERE name = 'ratings_by_item'")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with store.path.open("r+b") as file:
        file.seek((page - 1) * store.value("PRAGMA page_size"))
        file.write(b"\xff" * 200)


def test_a_damaged_file_is_refused_and_the_newest_sound_copy_named(judged):
    good = backup(judged)
    broken = backup(judged)
    broken.write_bytes(b"no database")
    damage(judged)
    with (
        Store(judged.workspace) as other,
        pytest.raises(StoreError, match="damaged, and cannot be repaired") as refused,
    ):
        repair(other)
    assert f"copy {good} to {judged.path}" in refused.value.hint


def test_going_back_as_the_hint_says_brings_everything_back(judged):
    backup(judged)
    expected = rows(judged, "judgments")
    damage(judged)
    judged.connection.close()
    for end in ("", "-wal", "-shm"):
        judged.path.with_name(judged.path.name + end).unlink(missing_ok=True)
    (copy,) = judged.workspace.backups.iterdir()
    judged.path.write_bytes(copy.read_bytes())
    with open_store(judged.workspace) as restored:
        assert rows(restored, "judgments") == expected
        assert integrity.damage(restored, thorough=True) is None


def test_events_that_point_nowhere_are_not_built_upon(judged):
    judged.connection.execute("PRAGMA foreign_keys=OFF")
    judged.connection.execute("DELETE FROM raters")
    judged.connection.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(StoreError, match="5 references of the judgments point nowhere; nothing was changed"):
        repair(judged)


def test_the_newest_automatic_copies_are_kept_and_all_that_were_asked_for(judged):
    asked = [backup(judged) for _ in range(2)]
    made = [backup_before(judged, "repair") for _ in range(AUTOMATIC_KEPT + 2)]
    assert sorted(judged.workspace.backups.iterdir()) == sorted([*asked, *made[2:]])
