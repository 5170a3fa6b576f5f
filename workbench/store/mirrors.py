"""Mirrors: local files that stand in for a hub's data set, so that stock tasks run without a network."""

from __future__ import annotations

from workbench.store.clock import utc_now
from workbench.store.connection import Store


def add(store: Store, hub_id: str, config: str, split: str, path: str, fingerprint: str) -> None:
    """Point (hub id, config, split) to a file; `config` is empty where the data set has none."""
    with store.write() as db:
        db.execute(
            "INSERT INTO mirrors VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hub_id, config, split) DO UPDATE SET"
            " path = excluded.path, fingerprint = excluded.fingerprint, created_at = excluded.created_at",
            (hub_id, config, split, path, fingerprint, utc_now()),
        )


def of(store: Store, hub_id: str, config: str) -> dict[str, str]:
    """Split -> path; empty if nothing is mirrored."""
    rows = store.read("SELECT split, path FROM mirrors WHERE hub_id = ? AND config = ?", (hub_id, config))
    return {row["split"]: row["path"] for row in rows}
