"""Judgments: append-only events, and their current view written in the same transaction.

An event is idempotent by its uuid, numbered without a gap inside its session, and never changed:
a correction is a new event, an undo names the event that it takes back.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from workbench.errors import UnknownName
from workbench.records import Judgment, Rater
from workbench.spec import canonical_json
from workbench.store import comparisons
from workbench.store.clock import utc_now
from workbench.store.connection import WAIT_SECONDS, Store

VIEWED = ("score", "skip", "flag", "note")  # the kinds that stand in `ratings`
_KEY = "rater_id = :rater_id AND item_id = :item_id AND completion_id = :completion_id AND kind = :kind"


def add_rater(store: Store, name: str, kind: str = "human") -> Rater:
    """The rater of that name, made if new."""
    with store.write() as db:
        db.execute(
            "INSERT INTO raters (name, kind, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
            (name, kind, utc_now()),
        )
    row = store.read("SELECT id, name, kind FROM raters WHERE name = ?", (name,))[0]
    return Rater(**dict(row))


def all_raters(store: Store) -> list[Rater]:
    """In the order in which they came."""
    return [Rater(**dict(row)) for row in store.read("SELECT id, name, kind FROM raters ORDER BY id")]


def rater_named(store: Store, name: str) -> Rater:
    """UnknownName if nobody of that name has judged here."""
    known = all_raters(store)
    found = next((one for one in known if one.name == name), None)
    if found is None:
        raise UnknownName("rater", name, (one.name for one in known))
    return found


def append(
    store: Store,
    event: Judgment,
    batch_id: int,
    shown_order: Sequence[int],
    wait: float = WAIT_SECONDS,
    on_wait: Callable[[str], None] | None = None,
) -> Judgment:
    """`insert` in a transaction of its own: the event is durable when this returns."""
    with store.write(wait, on_wait) as db:
        return insert(db, event, batch_id, shown_order)


def insert(db: sqlite3.Connection, event: Judgment, batch_id: int, shown_order: Sequence[int]) -> Judgment:
    """Write the event and its view, and return it as stored; an event that is stored already is returned unchanged.

    So is the undo of an event that another session of the rater has taken back meanwhile.
    The first event of a session opens it; `shown_order` (completion ids as this rater sees them) is kept
    with the first event of the item.
    """
    known = db.execute("SELECT * FROM judgments WHERE uuid = ? OR undoes = ?", (event.uuid, event.undoes)).fetchone()
    if known:
        return _record(known)
    _open_session(db, event, batch_id)
    _keep_order(db, event, shown_order)
    stored = _insert(db, event)
    _update_view(db, stored)
    return stored


def stack(store: Store, rater_id: int, batch_id: int) -> list[Judgment]:
    """The rater's events in this batch that an undo can take back, oldest first."""
    rows = store.read(  # CROSS JOIN: the batch's items first, or every judgment of the rater would be read
        "SELECT j.* FROM batch_items i CROSS JOIN judgments j ON j.rater_id = ? AND j.item_id = i.id"
        " WHERE i.batch_id = ? AND j.kind NOT IN ('undo', 'too_fast')"
        " AND NOT EXISTS (SELECT 1 FROM judgments u WHERE u.undoes = j.uuid) ORDER BY j.id",
        (rater_id, batch_id),
    )
    return [_record(row) for row in rows]


def others_since(store: Store, judgment_id: int, session: str) -> list[tuple[int, int]]:
    """(rater id, item id) of what was judged in other sessions after that event, each once."""
    # No DISTINCT: SQLite would walk the whole index of (rater, item) for it, at every key.
    rows = store.read("SELECT rater_id, item_id FROM judgments WHERE id > ? AND session != ?", (judgment_id, session))
    return list(dict.fromkeys((row[0], row[1]) for row in rows))


def last_item(store: Store, rater_id: int, batch_id: int) -> int | None:
    """The item of the rater's newest event in this batch; None before the first."""
    found: int | None = store.value(
        "SELECT j.item_id FROM batch_items i CROSS JOIN judgments j ON j.rater_id = ? AND j.item_id = i.id"
        " WHERE i.batch_id = ? ORDER BY j.id DESC LIMIT 1",
        (rater_id, batch_id),
    )
    return found


def time_of(store: Store, judgment_id: int) -> str:
    """When that event was stored."""
    return str(store.value("SELECT created_at FROM judgments WHERE id = ?", (judgment_id,)))


def count(store: Store) -> int:
    """All events; by the largest id, since none is ever deleted."""
    return int(store.value("SELECT MAX(id) FROM judgments") or 0)


def _open_session(db: sqlite3.Connection, event: Judgment, batch_id: int) -> None:
    db.execute(
        "INSERT INTO sessions (id, rater_id, batch_id, host, pid, started_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO NOTHING",
        (event.session, event.rater_id, batch_id, socket.gethostname(), os.getpid(), utc_now()),
    )


def _keep_order(db: sqlite3.Connection, event: Judgment, shown_order: Sequence[int]) -> None:
    db.execute(
        "INSERT INTO presentations (rater_id, item_id, shown_order, created_at) SELECT ?1, ?2, ?3, ?4"
        " WHERE NOT EXISTS (SELECT 1 FROM presentations WHERE rater_id = ?1 AND item_id = ?2)",
        (event.rater_id, event.item_id, canonical_json(list(shown_order)), utc_now()),
    )


def _insert(db: sqlite3.Connection, event: Judgment) -> Judgment:
    last = db.execute("SELECT MAX(seq) FROM judgments WHERE session = ?", (event.session,)).fetchone()[0]
    stored = replace(event, seq=(last or 0) + 1, created_at=utc_now())
    values = asdict(stored)
    del values["id"]
    columns = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    row_id = db.execute(f"INSERT INTO judgments ({columns}) VALUES ({places})", values).lastrowid
    return replace(stored, id=row_id or 0)


def _update_view(db: sqlite3.Connection, event: Judgment) -> None:
    """Show in `ratings` and `comparisons` what this event leaves current."""
    if event.kind == "undo":
        undone = _record(db.execute("SELECT * FROM judgments WHERE uuid = ?", (event.undoes,)).fetchone())
        if undone.kind == "comparison":
            comparisons.show_latest(db, undone.rater_id, undone.item_id)
        else:
            _show_latest(db, undone)
    elif event.kind == "comparison":
        comparisons.show_latest(db, event.rater_id, event.item_id)
    elif event.kind in VIEWED:
        _show(db, event)


def _show_latest(db: sqlite3.Connection, undone: Judgment) -> None:
    key = {**asdict(undone), "criterion": undone.criterion or ""}
    latest = db.execute(
        f"SELECT * FROM judgments j WHERE {_KEY} AND COALESCE(criterion, '') = :criterion"
        " AND NOT EXISTS (SELECT 1 FROM judgments u WHERE u.undoes = j.uuid) ORDER BY id DESC LIMIT 1",
        key,
    ).fetchone()
    if latest:
        _show(db, _record(latest))
    else:
        db.execute(f"DELETE FROM ratings WHERE {_KEY} AND criterion = :criterion", key)


def _show(db: sqlite3.Connection, event: Judgment) -> None:
    db.execute(
        "INSERT INTO ratings (rater_id, item_id, completion_id, kind, criterion, value, judgment_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (rater_id, item_id, completion_id, kind, criterion)"
        " DO UPDATE SET value = excluded.value, judgment_id = excluded.judgment_id",
        (event.rater_id, event.item_id, event.completion_id, event.kind, event.criterion or "", event.value, event.id),
    )


def _record(row: sqlite3.Row) -> Judgment:
    return Judgment(**dict(row))
