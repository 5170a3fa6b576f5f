"""Data sets: what a content-addressed file holds and where it came from."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from workbench.errors import UnknownName
from workbench.records import DataSet
from workbench.spec import canonical_json
from workbench.store.clock import utc_now
from workbench.store.connection import Store


def add(
    store: Store, name: str, layout: str, rows: int, fingerprint: str, path: str, source: str, card: dict[str, Any]
) -> DataSet:
    """Register a file; a name that exists is pointed to the new content (the old file stays)."""
    with store.write() as db:
        db.execute(
            "INSERT INTO datasets (name, layout, rows, fingerprint, path, source, card, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET layout = excluded.layout,"
            " rows = excluded.rows, fingerprint = excluded.fingerprint, path = excluded.path, source = excluded.source,"
            " card = excluded.card, created_at = excluded.created_at",
            (name, layout, rows, fingerprint, path, source, canonical_json(card), utc_now()),
        )
    return by_name(store, name)


def by_name(store: Store, name: str) -> DataSet:
    row = store.one("SELECT * FROM datasets WHERE name = ?", (name,))
    if row is None:
        raise UnknownName("data set", name, names(store))
    return _record(row)


def names(store: Store) -> list[str]:
    return [row[0] for row in store.read("SELECT name FROM datasets ORDER BY name")]


def all_sets(store: Store) -> list[DataSet]:
    """Newest first."""
    return [_record(row) for row in store.read("SELECT * FROM datasets ORDER BY id DESC")]


def _record(row: sqlite3.Row) -> DataSet:
    return DataSet(**{**dict(row), "card": json.loads(row["card"])})
