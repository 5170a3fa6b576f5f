"""Opening a workspace: a fresh one, a damaged one, somebody else's, a newer one, by several processes at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing

import given
import pytest

from workbench.errors import StoreError
from workbench.store import Store, integrity, migrations, open_store
from workbench.store.backup import backup
from workbench.store.connection import APPLICATION_ID, SCHEMA_VERSION
from workbench.workspace import Workspace

OPEN = """
import sys
from pathlib import Path
from workbench.store import open_store
from workbench.workspace import Workspace
open_store(Workspace(Path(sys.argv[1]))).close()
"""


def opener(workspace):
    return subprocess.Popen([sys.executable, "-c", OPEN, str(workspace.root)], stderr=subprocess.PIPE)


def test_the_schema_version_is_the_number_of_migrations():
    steps = [name for name in dir(migrations) if name.startswith("m0")]
    assert len(steps) == SCHEMA_VERSION


def test_a_fresh_workspace_has_every_guard_and_is_sound(store):
    assert integrity.missing_triggers(store) == []
    assert integrity.damage(store) is None
    assert integrity.broken_references(store) == 0


def test_the_pragmas_that_keep_judgments_safe_are_set(store):
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema", "mmap_size")
    found = {name: store.value(f"PRAGMA {name}") for name in names}
    expected = {"synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "trusted_schema": 0, "mmap_size": 0}
    assert found == {"journal_mode": "wal", **expected}  # synchronous 2 is FULL


def test_a_second_opening_finds_what_the_first_left(workspace):
    with open_store(workspace) as store:
        given.batch(store, [["a"]])
    with open_store(workspace) as store:
        assert store.value("SELECT COUNT(*) FROM completions") == 1


def test_processes_that_open_a_fresh_workspace_at_once_all_succeed(workspace):
    openers = [opener(workspace) for _ in range(4)]
    assert [(one.communicate()[1], one.returncode) for one in openers] == [(b"", 0)] * 4
    with open_store(workspace) as store:
        assert integrity.missing_triggers(store) == []


@pytest.mark.parametrize("trial", range(6))
def test_a_process_killed_while_it_makes_the_tables_leaves_a_workspace_that_opens(workspace, trial):
    maker = opener(workspace)
    while not workspace.database.exists():
        time.sleep(0.0005)
    time.sleep(0.08 * trial)  # sqlite-utils takes about 0.3 s to import before the first table
    maker.send_signal(signal.SIGKILL)
    maker.communicate()
    with open_store(workspace) as store:
        assert integrity.missing_triggers(store) == []
        assert store.value("PRAGMA application_id") == APPLICATION_ID


def test_a_process_that_died_before_the_version_was_written_is_made_up_for(store):
    store.connection.execute("PRAGMA user_version=0")
    with open_store(store.workspace) as again:
        assert again.value("PRAGMA user_version") == SCHEMA_VERSION


def test_the_database_of_another_program_is_refused_and_left_alone(workspace):
    workspace.create()
    with closing(sqlite3.connect(workspace.database)) as theirs:
        theirs.execute("CREATE TABLE notes (text)")
    before = workspace.database.read_bytes()
    with pytest.raises(StoreError, match="is not a workbench database"):
        open_store(workspace)
    assert workspace.database.read_bytes() == before


def test_a_database_with_another_application_id_is_refused(workspace):
    workspace.create()
    with closing(sqlite3.connect(workspace.database)) as theirs:
        theirs.execute("PRAGMA application_id=1")
    with pytest.raises(StoreError, match="is not a workbench database"):
        open_store(workspace)


def test_a_newer_schema_is_refused(store):
    store.connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    with pytest.raises(StoreError, match=f"made by a newer workbench .schema {SCHEMA_VERSION + 1}"):
        open_store(store.workspace)


def test_a_file_that_is_no_database_is_refused_with_the_way_to_a_backup(workspace):
    workspace.create()
    workspace.database.write_bytes(b"hello " * 1000)
    with pytest.raises(StoreError, match=r"cannot be used: file is not a database.*backups"):
        open_store(workspace)


def test_a_schema_that_is_no_text_any_more_is_refused_with_the_newest_copy(workspace):
    with open_store(workspace) as store:
        copy = backup(store)
    file = workspace.database.read_bytes()
    workspace.database.write_bytes(file.replace(b"name TEXT PRIMARY KEY", b"'" + b"\xb0" * 20))
    with pytest.raises(StoreError, match="cannot be used: its schema is no longer text") as refused:
        open_store(workspace)
    assert f"then copy {copy} to {workspace.database}" in refused.value.hint


def test_a_workspace_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Exception, match=r"The workspace folder .*file cannot be made.*--workspace"):
        open_store(Workspace(tmp_path / "file"))


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o700, 0o600), (0o2770, 0o660)])
def test_a_shared_folder_makes_a_shared_database(workspace, folder_mode, file_mode):
    workspace.create()
    workspace.root.chmod(folder_mode)
    umask = os.umask(0o077)
    try:
        with open_store(workspace):
            assert stat.S_IMODE(workspace.database.stat().st_mode) == file_mode
            assert stat.S_IMODE(workspace.database.with_name("workbench.db-wal").stat().st_mode) == file_mode
            assert stat.S_IMODE(workspace.database.with_name("workbench.db.lock").stat().st_mode) == file_mode
    finally:
        os.umask(umask)


def test_another_connection_sees_that_something_was_written(store):
    with Store(store.workspace) as other:
        before = other.data_version()
        assert other.data_version() == before
        given.model(store)
        assert other.data_version() != before
