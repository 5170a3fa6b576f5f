"""A backup is a consistent copy, also while somebody writes."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import given
import pytest

from workbench.errors import StoreError
from workbench.store import Store, integrity, judgments, open_store, ratings
from workbench.store.backup import backup
from workbench.workspace import Workspace


def opened(copy, tmp_path):
    """The copy as the database of a workspace of its own."""
    other = Workspace(tmp_path / "restored").create()
    other.database.write_bytes(copy.read_bytes())
    return open_store(other)


def test_it_holds_everything_and_opens_as_a_workspace(store, tmp_path):
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (3, 3, 3)})
    with opened(backup(store), tmp_path) as copy:
        assert judgments.count(copy) == judgments.count(store) == 4  # three scores and a skip
        assert (ratings.differences(copy), integrity.missing_triggers(copy)) == (0, [])


def test_a_copy_made_while_a_rater_writes_is_consistent(store, tmp_path):
    batch = given.batch(store, [["x" * 50_000] * 40])  # some hundred pages, so that the copy takes a while
    judgments.add_rater(store, "ada")
    stop = threading.Event()

    def rate():
        with Store(store.workspace) as own:
            while not stop.is_set():
                given.say(own, batch)

    rater = threading.Thread(target=rate)
    rater.start()
    try:
        copies = [backup(store, tmp_path / f"{n}.db") for n in range(3)]
    finally:
        stop.set()
        rater.join()
    for copy in copies:
        with opened(copy, tmp_path) as restored:
            assert (integrity.gaps(restored), ratings.differences(restored)) == ([], 0)
            assert integrity.damage(restored) is None


def test_it_is_one_file_that_needs_no_other(store):
    with closing(sqlite3.connect(f"file:{backup(store)}?mode=ro&immutable=1", uri=True)) as copy:
        assert copy.execute("SELECT COUNT(*) FROM judgments").fetchone() == (0,)


def test_the_default_place_is_the_workspace(store):
    assert backup(store).parent == store.workspace.backups


def test_a_place_that_cannot_be_written_is_named_and_leaves_no_part(store, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"The backup to .*file/copy.db failed"):
        backup(store, tmp_path / "file" / "copy.db")


def test_a_failed_copy_leaves_the_older_one(store, tmp_path):
    target = tmp_path / "copy.db"
    target.mkdir()  # cannot be replaced by a file
    with pytest.raises(StoreError):
        backup(store, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "workspace"]
