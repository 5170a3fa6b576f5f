"""Leases: which rater works on which item now, so that several can rate one batch at once.

A lease keeps an item from being given to more raters than want it; it never keeps a judgment out. It lapses
when its rater has gone without a word, and is renewed by whatever the rater does.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from workbench.store.clock import as_stamp, utc_now
from workbench.store.connection import Store

SECONDS = 900.0  # a rater who pressed no key for so long has left


def take(db: sqlite3.Connection, item_id: int, rater_id: int, session: str, seconds: float = SECONDS) -> None:
    """Lease the item, or renew the lease, from now on; the caller has found it free, or is at work on it."""
    until = as_stamp(datetime.now(UTC) + timedelta(seconds=seconds))
    db.execute(
        "INSERT INTO leases (item_id, rater_id, session, expires_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (item_id, rater_id) DO UPDATE SET session = excluded.session, expires_at = excluded.expires_at",
        (item_id, rater_id, session, until),
    )


def release(db: sqlite3.Connection, item_id: int, rater_id: int) -> None:
    """Let the item go; nothing happens without a lease."""
    db.execute("DELETE FROM leases WHERE item_id = ? AND rater_id = ?", (item_id, rater_id))


def release_session(db: sqlite3.Connection, session: str) -> None:
    """Let go of everything that this session holds."""
    db.execute("DELETE FROM leases WHERE session = ?", (session,))


def holders(store: Store, item_id: int) -> set[int]:
    """The raters who hold the item now."""
    rows = store.read("SELECT rater_id FROM leases WHERE item_id = ? AND expires_at > ?", (item_id, utc_now()))
    return {row[0] for row in rows}


def held(store: Store, batch_id: int) -> dict[int, set[int]]:
    """Item id -> the raters who hold it now; items that nobody holds are absent."""
    rows = store.read(
        "SELECT l.item_id, l.rater_id FROM leases l JOIN batch_items i ON i.id = l.item_id"
        " WHERE i.batch_id = ? AND l.expires_at > ?",
        (batch_id, utc_now()),
    )
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row[0], set()).add(row[1])
    return found
