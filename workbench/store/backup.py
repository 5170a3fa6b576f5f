"""A consistent copy of the database while it is in use, through SQLite's own backup interface."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from workbench import durable
from workbench.errors import StoreError
from workbench.store.clock import utc_now
from workbench.store.connection import Store


def backup(store: Store, target: Path | None = None) -> Path:
    """Copy to `target` (default: backups/ in the workspace, by time); the copy is checked before it gets its name."""
    if target is None:
        stamp = utc_now().replace(":", "").replace("-", "").replace(".", "")
        target = store.workspace.backups / f"workbench-{stamp}.db"
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        _copy(store, part)
        durable.publish(part, target)
    except (OSError, sqlite3.Error) as error:
        if part.exists():
            part.unlink()
        raise StoreError(f"The backup to {target} failed: {error}.", "Choose another place with --out PATH.") from error
    return target


def _copy(store: Store, part: Path) -> None:
    copy = sqlite3.connect(part)
    try:
        # in one step: SQLite starts a copy in several steps over whenever somebody writes in between, which with
        # a running job is always; a reader of a WAL database keeps no writer waiting
        store.connection.backup(copy)
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
        copy.execute("PRAGMA journal_mode=delete")
    finally:
        copy.close()
    if verdict != "ok":
        raise StoreError(f"The copy of {store.path} is damaged: {verdict}.", "Run `workbench doctor`.")
