"""The catalog of a workspace: every model it has seen, with its lineage."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from workbench.errors import UnknownName
from workbench.records import Model
from workbench.spec import canonical_json
from workbench.store.clock import utc_now
from workbench.store.connection import Store


def add(
    store: Store,
    name: str,
    reference: str,
    kind: str,
    path: str | None,
    weights_hash: str | None,
    parent_id: int | None = None,
    job_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> Model:
    """Register a model, or complete the row of that name (a resumed job registers again)."""
    with store.write() as db:
        db.execute(
            "INSERT INTO models (name, reference, kind, path, weights_hash, parent_id, job_id, details, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET reference = excluded.reference,"
            " kind = excluded.kind, path = excluded.path, weights_hash = excluded.weights_hash,"
            " parent_id = excluded.parent_id, job_id = excluded.job_id, details = excluded.details",
            (name, reference, kind, path, weights_hash, parent_id, job_id, canonical_json(details or {}), utc_now()),
        )
    return by_name(store, name)


def weights(model: Model, job_id: int) -> str:
    """What tells the answers of one model from another's: the hash of the weights.

    A server may serve others tomorrow, so there it is the job, and no other job takes up what this one was told.
    """
    return model.weights_hash or f"served in job {job_id}"


def by_name(store: Store, name: str) -> Model:
    found = find(store, name)
    if found is None:
        raise UnknownName("model", name, names(store))
    return found


def find(store: Store, name: str) -> Model | None:
    row = store.one("SELECT * FROM models WHERE name = ?", (name,))
    return _record(row) if row else None


def by_id(store: Store, model_id: int) -> Model:
    row = store.one("SELECT * FROM models WHERE id = ?", (model_id,))
    if row is None:
        raise UnknownName("model", str(model_id), names(store))
    return _record(row)


def lineage(store: Store, model: Model) -> list[Model]:
    """The model, its parent, and so on to the one that came from outside."""
    line = [model]
    while line[-1].parent_id is not None:
        line.append(by_id(store, line[-1].parent_id))
    return line


def names(store: Store) -> list[str]:
    return [row[0] for row in store.read("SELECT name FROM models ORDER BY id")]


def all_models(store: Store) -> list[Model]:
    """In the order in which they came."""
    return [_record(row) for row in store.read("SELECT * FROM models ORDER BY id")]


def _record(row: sqlite3.Row) -> Model:
    return Model(**{**dict(row), "details": json.loads(row["details"])})
