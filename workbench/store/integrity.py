"""Is everything still there? Checks that `doctor` runs on the database; each gives what it found, in words."""

from __future__ import annotations

from workbench.store import ratings
from workbench.store.connection import Store
from workbench.store.schema import TRIGGERS


def damage(store: Store) -> str | None:
    """SQLite's own check of the file; None if it is sound."""
    verdict = str(store.value("PRAGMA quick_check(1)"))
    return None if verdict == "ok" else verdict


def missing_triggers(store: Store) -> list[str]:
    """The append-only guards that are not in the database."""
    present = {row[0] for row in store.read("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    return [name for name in TRIGGERS if name not in present]


def gaps(store: Store) -> list[str]:
    """Sessions whose events are not numbered 1, 2, 3 ...: something that was saved is gone."""
    rows = store.read(
        "SELECT session FROM judgments GROUP BY session HAVING COUNT(*) != MAX(seq) OR MIN(seq) != 1 ORDER BY session"
    )
    return [row[0] for row in rows]


def view_differences(store: Store) -> int:
    """Rows of `ratings` that the events do not say, and the other way round."""
    return ratings.differences(store)


def broken_references(store: Store) -> int:
    """Rows that point to a row that is not there."""
    return len(store.read("PRAGMA foreign_key_check"))


def journal_mode(store: Store) -> str:
    return str(store.value("PRAGMA journal_mode"))
