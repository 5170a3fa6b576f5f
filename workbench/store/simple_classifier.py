"""What a classifier without a language model got right of a task: told once a task by a job, kept as a summary."""

from __future__ import annotations

from workbench.store import summaries
from workbench.store.connection import Store


def right(store: Store, task: str) -> list[bool] | None:
    """By the task's items in their order; None before it was told, or where there is nothing to tell."""
    kept = summaries.note(store, _name(task))
    return [bool(one) for one in kept["right"]] if kept and "right" in kept else None


def told(store: Store, task: str) -> bool:
    """Whether a job has tried."""
    return summaries.note(store, _name(task)) is not None


def keep(store: Store, task: str, found: list[bool]) -> None:
    """`task` is the hash of its definition and data."""
    summaries.put_note(store, _name(task), {"right": [int(one) for one in found]})


def keep_reason(store: Store, task: str, reason: str) -> None:
    """Why there is nothing to tell."""
    summaries.put_note(store, _name(task), {"reason": reason})


def _name(task: str) -> str:
    return f"simple classifier {task}"
