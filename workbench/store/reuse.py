"""Answers that an earlier run kept of the same items: whoever asks 100 items and then all, asks each of them once.

A task with other items is another version of it, so its runs share nothing by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from workbench.spec import canonical_json
from workbench.store import runs
from workbench.store.connection import ROWS_A_WRITE, Store
from workbench.store.runs import Run, Task


def earlier(store: Store, run: Run, weights_hash: str | None, task: Task) -> Run | None:
    """The largest run of the same weights, variant and settings on other items of the task, or None.

    It was finished before this one began, so that a run which is gone on with finds the same one again.
    """
    rows = store.read(
        "SELECT r.id, r.hash, r.settings, r.items, t.hash AS task FROM runs r JOIN tasks t ON t.id = r.task_id"
        " WHERE r.model_id = ? AND r.id < ? AND r.finished_at <= ? AND r.task_id != ? AND r.variant = ?"
        " AND t.name = ? AND t.version = ? AND t.definition = ? ORDER BY r.items DESC, r.id DESC",
        (run.model_id, run.id, run.created_at, task.id, canonical_json(run.variant), task.name, task.version,
         canonical_json(task.definition)),
    )  # fmt: skip
    for row in rows:
        settings = json.loads(row["settings"])
        hashed = runs.identity(run.model_id, weights_hash, row["task"], run.variant, settings, row["items"])
        if hashed == row["hash"] and runs.computed(settings) == runs.computed(run.settings):
            return runs.by_id(store, row["id"])
    return None


def same_items(store: Store, task_id: int, other_id: int) -> dict[int, int]:
    """Item of a task -> the item of another that is the same document in the same place."""
    rows = store.read(
        "SELECT one.id, other.id FROM items one JOIN items other ON other.task_id = ? AND other.position = one.position"
        " AND other.doc = one.doc WHERE one.task_id = ?",
        (other_id, task_id),
    )
    return {row[0]: row[1] for row in rows}


def take_over(store: Store, run_id: int, source_id: int, items: Sequence[tuple[int, int]]) -> None:
    """Copy what was answered for (the run's item, the source's item); what is there already stays."""
    for start in range(0, len(items), ROWS_A_WRITE):
        part = [(run_id, own, source_id, other) for own, other in items[start : start + ROWS_A_WRITE]]
        with store.write() as db:
            db.executemany(
                "INSERT INTO responses (run_id, item_id, number, logprob, is_greedy, tokens)"
                " SELECT ?, ?, number, logprob, is_greedy, tokens FROM responses WHERE run_id = ? AND item_id = ?"
                " ON CONFLICT DO NOTHING",
                part,
            )
            db.executemany(
                "INSERT INTO texts (run_id, item_id, number, text, tokens, finish_reason)"
                " SELECT ?, ?, number, text, tokens, finish_reason FROM texts WHERE run_id = ? AND item_id = ?"
                " ON CONFLICT DO NOTHING",
                part,
            )
