"""One connection to the workspace database, with the pragmas and the lock that keep judgments safe.

WAL with synchronous=FULL: a committed judgment survives a power cut. Every write transaction runs under
the write lock (see lock.py), is short, and is refused with one clear sentence when it cannot be made.
A store belongs to one thread at a time; a screen that writes in the background opens a second one.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.errors import StoreBusy, StoreError, UsageError
from workbench.store.filesystem import file_mode, make_file, network_type
from workbench.store.lock import WAIT_SECONDS, WriteLock
from workbench.workspace import Workspace

APPLICATION_ID = 0x776B6268  # "wkbh"
SCHEMA_VERSION = 11  # the number of migrations in migrations.py; a test holds them equal
ROWS_A_WRITE = 200  # the most rows one transaction writes, so that nobody waits long
_CLOSE_WAIT_SECONDS = 2.0
_DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)  # SQLite quotes a broken schema as it is, bytes and all


class Store:
    """An open workspace database. `warning` is None, or a sentence a person should see (network file system)."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.path = workspace.database
        self.warning: str | None = None
        try:
            mode = file_mode(workspace.root)
            self.lock = WriteLock(make_file(self.path.with_name(self.path.name + ".lock"), mode))
            make_file(self.path, mode)  # -wal and -shm take its mode from SQLite
            self.connection = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=WAIT_SECONDS
            )
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"The database {self.path} cannot be opened: {_reason(error)}.",
                "Check the folder's permissions, or choose another with --workspace DIR.",
            ) from error
        self.connection.row_factory = sqlite3.Row
        self._prepare()

    def read(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query; StoreError if the file is damaged, UsageError for a number that no column can hold."""
        try:
            return self.connection.execute(sql, parameters).fetchall()
        except _DAMAGE as error:
            reason = _reason(error)
            raise StoreError(
                f"The database {self.path} cannot be read: {reason}.", "Run `workbench doctor`."
            ) from error
        except OverflowError as error:
            raise UsageError("That number is larger than any that the workspace counts to.") from error

    def one(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        rows = self.read(sql, parameters)
        return rows[0] if rows else None

    def value(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, parameters)
        return row[0] if row else None

    @contextmanager
    def write(
        self, wait: float = WAIT_SECONDS, on_wait: Callable[[str], None] | None = None
    ) -> Iterator[sqlite3.Connection]:
        """One short write transaction under the lock: all of it is durable afterwards, or nothing was written.

        StoreBusy after `wait` seconds; StoreError for a full disk or a read-only file. Integrity errors pass
        through: they are defects of ours, or a foreign program meeting the append-only guards.
        """
        self.lock.acquire(wait, on_wait)
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection
            self.connection.execute("COMMIT")
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise _write_error(self.path, error) from error
        finally:
            if self.connection.in_transaction:
                self.connection.rollback()
            self.lock.release()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A look at the database as it is now, however long the reading takes; writers go on meanwhile.

        On a network file system (no WAL) they wait. StoreError if the file is damaged.
        """
        self.connection.execute("BEGIN")
        try:
            yield self.connection
        except sqlite3.DatabaseError as error:
            raise StoreError(f"The database {self.path} cannot be read: {error}.", "Run `workbench doctor`.") from error
        finally:
            if self.connection.in_transaction:
                self.connection.rollback()

    def data_version(self) -> int:
        """Changes when another connection has committed; does not change with our own writes."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close under the lock: the last connection checkpoints. If the lock cannot be had, SQLite recovers later."""
        try:
            self.lock.acquire(_CLOSE_WAIT_SECONDS)
        except StoreBusy:
            return
        self.connection.close()
        self.lock.release()
        self.lock.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self) -> None:
        try:
            self._check_identity()
            network = network_type(self.workspace.root)
            self._journal("delete" if network else "wal")
            for pragma in (
                "synchronous=FULL",
                "foreign_keys=ON",
                "recursive_triggers=ON",
                "trusted_schema=OFF",
                "mmap_size=0",
            ):
                self.connection.execute(f"PRAGMA {pragma}")
            if self._version() < SCHEMA_VERSION:
                self._migrate()
        except _DAMAGE as error:
            from workbench.store.backup import way_back

            raise StoreError(
                f"The database {self.path} cannot be used: {_reason(error)}.", way_back(self.workspace)
            ) from error
        if network:
            self.warning = f"The workspace lies on a network file system ({network}): slower, and one host at a time."

    def _check_identity(self) -> None:
        # in this order: a process that makes the tables right now has set the id before the first of them
        filled = self.connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is not None
        found = self.connection.execute("PRAGMA application_id").fetchone()[0]
        if found not in (0, APPLICATION_ID) or (found == 0 and filled):
            raise StoreError(f"{self.path} is not a workbench database.", "Choose another folder with --workspace DIR.")
        if self._version() > SCHEMA_VERSION:
            raise StoreError(
                f"{self.path} was made by a newer workbench (schema {self._version()}, not {SCHEMA_VERSION}).",
                "Update workbench.",
            )

    def _journal(self, mode: str) -> None:
        if self.connection.execute("PRAGMA journal_mode").fetchone()[0] == mode:
            return
        self.lock.acquire()
        try:
            self.connection.execute(f"PRAGMA journal_mode={mode}")
        finally:
            self.lock.release()

    def _version(self) -> int:
        return int(self.connection.execute("PRAGMA user_version").fetchone()[0])

    def _migrate(self) -> None:
        from workbench.store import migrations  # imports sqlite-utils: 0.4 s that a current database never pays

        if self._version() > 0:
            from workbench.store.backup import backup_before

            backup_before(self, f"schema-{SCHEMA_VERSION}")
        self.lock.acquire(wait=60)
        try:
            if self._version() < SCHEMA_VERSION:  # another process may have been first
                self.connection.execute(f"PRAGMA application_id={APPLICATION_ID}")  # first: see _check_identity
                migrations.apply(self.connection)
                self.connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        finally:
            self.lock.release()


def open_store(workspace: Workspace) -> Store:
    """Open the workspace's database, making folder and tables where they are missing."""
    workspace.create()
    if file_mode(workspace.root) & stat.S_IWGRP:
        os.umask(0o007)  # whatever this process makes there, its group may go on with
    return Store(workspace)


def _write_error(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    text = str(error)
    if "full" in text:
        return StoreError(f"The disk that holds {path} is full; nothing was written.", "Free some space and try again.")
    if "readonly" in text:
        return StoreError(f"{path} is read-only; nothing was written.", "Check its permissions and its folder's.")
    if "locked" in text or "busy" in text:
        return StoreBusy(f"Another program holds {path}; nothing was written.", "Close it and try again.")
    return StoreError(f"Writing to {path} failed: {text}; nothing was written.", "Run `workbench doctor`.")


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "its schema is no longer text"
    if isinstance(error, OSError):
        return os.strerror(error.errno or errno.EIO).lower()
    return str(error)
