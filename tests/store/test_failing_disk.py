"""A disk that is full or read-only: one clear sentence, nothing half written, and it works again afterwards."""

from __future__ import annotations

import given
import pytest

from workbench.errors import StoreError
from workbench.store import Store, integrity, judgments, ratings


@pytest.fixture
def batch(store):
    made = given.batch(store, [["a", "b"]])
    judgments.add_rater(store, "ada")
    given.say(store, made)
    return made


def fill(store):
    """SQLite's own limit on the size of the file gives what a full disk gives; the free pages are used up first."""
    store.connection.execute(f"PRAGMA max_page_count={store.value('PRAGMA page_count')}")
    rows = 0
    while True:
        try:
            with store.write() as db:
                db.execute("INSERT INTO settings (name, value) VALUES (?, ?)", (f"filler {rows}", "x" * 2000))
            rows += 1
        except StoreError:
            return


def test_a_full_disk_is_said_and_nothing_is_written(store, batch):
    fill(store)
    before = [tuple(row) for row in store.read("SELECT * FROM ratings")]
    with pytest.raises(StoreError, match=r"The disk that holds .*workbench.db is full; nothing was written"):
        given.say(store, batch, text="x" * 9000)
    assert [tuple(row) for row in store.read("SELECT * FROM ratings")] == before
    assert (judgments.count(store), ratings.differences(store)) == (1, 0)


def test_the_same_event_can_be_written_once_there_is_space(store, batch):
    fill(store)
    event = given.event(batch, text="x" * 9000)
    with pytest.raises(StoreError):
        judgments.append(store, event, batch.id, [1, 2])
    store.connection.execute("PRAGMA max_page_count=1000000")
    assert judgments.append(store, event, batch.id, [1, 2]).seq == 2
    assert (integrity.gaps(store), ratings.differences(store)) == ([], 0)


def test_a_read_only_file_is_said_and_nothing_is_written(store, batch):
    store.connection.execute("PRAGMA query_only=ON")  # the error of a file without write permission, also for root
    with pytest.raises(StoreError, match=r"workbench.db is read-only; nothing was written.*permissions"):
        given.say(store, batch)
    store.connection.execute("PRAGMA query_only=OFF")
    assert given.say(store, batch).seq == 2


def test_a_damaged_page_is_said_with_the_way_to_the_doctor(store, batch):
    page = store.value("SELECT rootpage FROM sqlite_schema WHERE name = 'judgments'")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with store.path.open("r+b") as file:
        file.seek((page - 1) * store.value("PRAGMA page_size"))
        file.write(b"\xff" * 200)
    with (
        Store(store.workspace) as other,
        pytest.raises(StoreError, match=r"cannot be read: database disk image is malformed.*doctor"),
    ):
        other.read("SELECT * FROM judgments")
