"""Is everything still there? Checks that `doctor` runs on the database; each gives what it found, in words."""

from __future__ import annotations

from workbench.errors import StoreError
from workbench.store import comparisons, ratings, schema, schema_003, schema_008
from workbench.store.connection import Store

GUARDS = {statement.split()[2]: statement for statement in (*schema.GUARDS, *schema_003.GUARDS, *schema_008.GUARDS)}
"""Name of a trigger -> the statement that makes it."""
VIEWS = (ratings.VIEW, comparisons.VIEW)


def damage(store: Store, thorough: bool = False) -> str | None:
    """SQLite's own check of the file, with every index if `thorough`; None if it is sound."""
    try:
        verdict = str(store.value(f"PRAGMA {'integrity_check' if thorough else 'quick_check'}(1)"))
    except StoreError as error:  # too broken to be looked through
        return error.message
    return None if verdict == "ok" else " ".join(verdict.split())


def missing_triggers(store: Store) -> list[str]:
    """The append-only guards that are not in the database."""
    present = {row[0] for row in store.read("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    return sorted(GUARDS.keys() - present)


def gaps(store: Store) -> list[str]:
    """Sessions whose events are not numbered 1, 2, 3 ...: something that was saved is gone."""
    rows = store.read(
        "SELECT session FROM judgments GROUP BY session HAVING COUNT(*) != MAX(seq) OR MIN(seq) != 1 ORDER BY session"
    )
    return [row[0] for row in rows]


def view_differences(store: Store) -> int:
    """Rows of `ratings` and `comparisons` that the events do not say, and the other way round."""
    return sum(view.differences(store) for view in VIEWS)


def broken_references(store: Store) -> int:
    """Rows that point to a row that is not there."""
    return len(store.read("PRAGMA foreign_key_check"))


def journal_mode(store: Store) -> str:
    return str(store.value("PRAGMA journal_mode"))
