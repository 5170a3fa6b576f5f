"""The write lock: a bounded wait, a holder with a name, and freedom as soon as the holder is dead."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys

import given
import pytest

from workbench.errors import StoreBusy
from workbench.store import Store
from workbench.store.filesystem import make_file
from workbench.store.lock import WriteLock

HOLD = """
import sys, time
from pathlib import Path
from workbench.store.lock import WriteLock
WriteLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture
def holder(store):
    """A process that holds the lock and is stopped, as by ctrl+z."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(store.lock.path)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    process.send_signal(signal.SIGSTOP)
    yield process
    process.kill()
    process.communicate()


def write(store, **how):
    with store.write(**how) as db:
        db.execute("INSERT INTO settings (name, value) VALUES ('a', 'b')")


def settings(store):
    return store.value("SELECT COUNT(*) FROM settings")


def test_a_write_that_cannot_be_made_names_the_holder_and_writes_nothing(store, holder):
    with pytest.raises(StoreBusy, match=rf"held by process {holder.pid} \(-c\); nothing was written after 0 s"):
        write(store, wait=0.1)
    assert settings(store) == 0


def test_reading_does_not_wait_for_a_writer(store, holder):
    assert settings(store) == 0


def test_who_waits_long_is_told_once_for_whom(store, holder, monkeypatch):
    monkeypatch.setattr("workbench.store.lock.SAY_AFTER_SECONDS", 0.05)
    told = []
    with pytest.raises(StoreBusy):
        write(store, wait=0.3, on_wait=told.append)
    assert told == [f"process {holder.pid} (-c)"]


def test_a_killed_holder_frees_the_lock(store, holder):
    holder.kill()
    holder.wait()
    write(store)
    assert settings(store) == 1


def test_two_stores_of_one_process_exclude_each_other(store):
    with Store(store.workspace) as other, store.write(), pytest.raises(StoreBusy):
        write(other, wait=0.05)


def test_the_lock_is_free_after_a_write_that_failed(store):
    with pytest.raises(sqlite3.IntegrityError), store.write() as db:
        db.executemany("INSERT INTO settings (name, value) VALUES (?, '')", [("lost",), ("lost",)])
    with Store(store.workspace) as other:
        write(other, wait=0.05)
    assert [row["name"] for row in store.read("SELECT name FROM settings")] == ["a"]


def test_closing_while_another_holds_the_lock_keeps_the_data(store, holder, monkeypatch):
    monkeypatch.setattr("workbench.store.connection._CLOSE_WAIT_SECONDS", 0.05)
    other = Store(store.workspace)
    other.close()
    holder.kill()
    holder.wait()
    given.model(store)
    other.connection.close()


def test_a_lock_that_was_never_taken_names_nobody(tmp_path):
    lock = WriteLock(make_file(tmp_path / "lock", 0o600))
    assert lock.holder() == "another process"
    lock.close()
