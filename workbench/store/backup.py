"""A consistent copy of the database while it is in use, through SQLite's own backup interface.

A copy that somebody asked for stays. One that was made before a migration or a repair has that in its name,
and only the newest few of those are kept.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from workbench import durable
from workbench.errors import StoreError
from workbench.store.clock import utc_now
from workbench.store.connection import Store
from workbench.workspace import Workspace

AUTOMATIC_KEPT = 5


def backup(store: Store, target: Path | None = None) -> Path:
    """Copy to `target` (default: backups/ in the workspace, by time); the copy is checked before it gets its name."""
    target = target or _by_time(store.workspace, "")
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


def backup_before(store: Store, what: str) -> Path:
    """A copy from before `what` is done to the database; the newest `AUTOMATIC_KEPT` of this sort are kept."""
    made = backup(store, _by_time(store.workspace, f"-before-{what}"))
    for old in sorted(store.workspace.backups.glob("workbench-*-before-*.db"))[:-AUTOMATIC_KEPT]:
        old.unlink(missing_ok=True)
    return made


def newest_sound(workspace: Workspace) -> Path | None:
    """The newest copy in backups/ that SQLite finds no fault with; None if there is none."""
    return next((copy for copy in sorted(workspace.backups.glob("workbench-*.db"), reverse=True) if _sound(copy)), None)


def way_back(workspace: Workspace) -> str:
    """What to do with a database that is past repair, as a hint."""
    copy = newest_sound(workspace)
    if copy is None:
        return f"There is no sound copy in {workspace.backups}; keep the file, and recover it with sqlite3's .recover."
    name = workspace.database.name
    # a journal that stays behind would be played into the copy
    return f"Move {name}, {name}-wal and {name}-shm away, then copy {copy} to {workspace.database}."


def _by_time(workspace: Workspace, end: str) -> Path:
    stamp = utc_now().replace(":", "").replace("-", "").replace(".", "")
    return workspace.backups / f"workbench-{stamp}{end}.db"


def _sound(copy: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
            return bool(opened.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


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
