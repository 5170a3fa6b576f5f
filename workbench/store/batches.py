"""Batches: which answers are to be judged together, on which rubric."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from workbench.errors import UnknownName
from workbench.records import Batch, BatchItem
from workbench.store.clock import utc_now
from workbench.store.connection import ROWS_A_WRITE, Store


def add(
    store: Store, name: str, rubric_id: int, seed: int, items: Sequence[tuple[int, Sequence[int]]], job_id: int | None
) -> Batch:
    """Make a batch of (prompt id, completion ids); a job that was resumed finds the batch it made and completes it.

    Identical texts of one prompt are stored as candidates but point to the first (`same_as`): shown once.
    """
    with store.write() as db:
        found = db.execute("SELECT id FROM batches WHERE job_id = ?", (job_id,)).fetchone()
        batch_id = found[0] if found else _insert(db, name, rubric_id, seed, job_id)
    known = store.value("SELECT COUNT(*) FROM batch_items WHERE batch_id = ?", (batch_id,))
    step = max(1, ROWS_A_WRITE // 4)
    for start in range(known, len(items), step):
        _add_items(store, batch_id, start, items[start : start + step])
    return by_id(store, batch_id)


def _insert(db: sqlite3.Connection, name: str, rubric_id: int, seed: int, job_id: int | None) -> int:
    made = db.execute(
        "INSERT INTO batches (name, rubric_id, seed, job_id, created_at) VALUES (?, ?, ?, ?, ?)",
        (name, rubric_id, seed, job_id, utc_now()),
    )
    return made.lastrowid or 0


def by_id(store: Store, batch_id: int) -> Batch:
    row = store.one("SELECT * FROM batches WHERE id = ?", (batch_id,))
    if row is None:
        raise UnknownName("batch", str(batch_id), (str(one.id) for one in all_batches(store)))
    return Batch(**dict(row))


def all_batches(store: Store) -> list[Batch]:
    """Newest first."""
    return [Batch(**dict(row)) for row in store.read("SELECT * FROM batches ORDER BY id DESC")]


def items(store: Store, batch_id: int) -> list[BatchItem]:
    """The items in their order, each with the distinct answers to judge."""
    rows = store.read(
        "SELECT i.id, i.prompt_id, c.completion_id FROM batch_items i JOIN batch_candidates c ON c.item_id = i.id"
        " WHERE i.batch_id = ? AND c.same_as IS NULL ORDER BY i.position, c.completion_id",
        (batch_id,),
    )
    grouped: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        grouped.setdefault((row["id"], row["prompt_id"]), []).append(row["completion_id"])
    return [BatchItem(item, prompt, tuple(completions)) for (item, prompt), completions in grouped.items()]


def _add_items(store: Store, batch_id: int, first: int, items: Sequence[tuple[int, Sequence[int]]]) -> None:
    with store.write() as db:
        for position, (prompt_id, completions) in enumerate(items, first):
            item = db.execute(
                "INSERT INTO batch_items (batch_id, prompt_id, position) VALUES (?, ?, ?)",
                (batch_id, prompt_id, position),
            ).lastrowid
            _add_candidates(db, item, completions)


def _add_candidates(db: sqlite3.Connection, item: int | None, completions: Sequence[int]) -> None:
    first_with: dict[str, int] = {}
    for completion in completions:
        text = db.execute("SELECT text FROM completions WHERE id = ?", (completion,)).fetchone()[0].strip()
        db.execute(
            "INSERT INTO batch_candidates (item_id, completion_id, same_as) VALUES (?, ?, ?)",
            (item, completion, first_with.get(text)),
        )
        first_with.setdefault(text, completion)
