"""Exports: which file was written, by which policy, from which events."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from workbench.errors import UnknownNumber
from workbench.spec import canonical_json, content_hash
from workbench.store.clock import utc_now
from workbench.store.connection import Store


@dataclass(frozen=True, slots=True)
class Export:
    """What was written: the rows that a policy made of judgments, or benchmark runs or a data set in some form.

    `sha256` is that of the file's bytes; of a folder that of its files' names and theirs.
    """

    id: int
    kind: str
    path: str
    rows: int
    sha256: str
    policy: dict[str, Any]
    counts: dict[str, int]
    last_judgment: int
    dataset_id: int | None
    job_id: int | None
    created_at: str

    @property
    def of_judgments(self) -> bool:
        """Whether a policy made it from judgments; else it is of benchmark runs, or of a data set as it is."""
        return "rubric" in self.policy


def add(
    store: Store,
    kind: str,
    path: str,
    rows: int,
    sha256: str,
    policy: dict[str, Any],
    counts: dict[str, int],
    last_judgment: int,
    dataset_id: int | None,
    job_id: int | None,
) -> int:
    """Record a written file; the row id. A job that was resumed replaces what it recorded before, under the same id."""
    words = canonical_json(policy)
    with store.write() as db:
        row_id = db.execute(
            "INSERT OR REPLACE INTO exports (id, kind, path, rows, sha256, policy, policy_hash, counts, last_judgment,"
            " dataset_id, job_id, created_at)"
            " VALUES ((SELECT id FROM exports WHERE job_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (job_id, kind, path, rows, sha256, words, content_hash(words), canonical_json(counts), last_judgment,
             dataset_id, job_id, utc_now()),
        ).lastrowid  # fmt: skip
    return int(row_id or 0)


def by_id(store: Store, export_id: int) -> Export:
    row = store.one("SELECT * FROM exports WHERE id = ?", (export_id,))
    if row is None:
        raise UnknownNumber("export", export_id, store.value("SELECT max(id) FROM exports"))
    return _record(row)


def all_exports(store: Store) -> list[Export]:
    """Newest first."""
    rows = store.read("SELECT * FROM exports ORDER BY id DESC")
    return [_record(row) for row in rows]


def _record(row: sqlite3.Row) -> Export:
    values = dict(row)
    del values["policy_hash"]
    return Export(**{**values, "policy": json.loads(row["policy"]), "counts": json.loads(row["counts"])})
