"""Contamination: which items of a benchmark stand in the data that a model was trained on here.

A job looks once for each task and set of rows (by `data.checks.benchmark_overlap`); what it found is kept as a summary.
"""

from __future__ import annotations

from workbench.records import Model
from workbench.spec import canonical_json
from workbench.store import models, summaries
from workbench.store.connection import Store
from workbench.store.runs import Run, task_hash


def items(store: Store, run: Run) -> int | None:
    """Items of the run found in its model's training data; None where no such data is known, or not looked at yet."""
    sets = training_rows(store, models.by_id(store, run.model_id))
    task = task_hash(store, run.task_id) if sets else ""
    looks = [found(store, task, which) for which in sets]
    known = [set(one) for one in looks if one is not None]
    if not known or len(known) < len(looks):
        return None
    return sum(1 for at in set.union(*known) if at < run.items)


def training_rows(store: Store, model: Model) -> list[str]:
    """What the model, its parent, and so on, were trained on here; empty for one from outside.

    By the identity of the rows (see jobs._checking): a fingerprint, what is held out, how many. Of a model that was
    trained before this was kept, all rows of its set.
    """
    told = [one.details["data"] for one in models.lineage(store, model) if "data" in one.details]
    return list(dict.fromkeys(one.get("which") or canonical_json([one["fingerprint"], None, None]) for one in told))


def found(store: Store, task: str, which: str) -> list[int] | None:
    """The places (from 0) of the task's items that stand in the rows; None before anybody looked."""
    kept = summaries.note(store, _name(task, which))
    return None if kept is None else list(kept["items"])


def keep(store: Store, task: str, which: str, places: list[int]) -> None:
    """`task` is the hash of its definition and data."""
    summaries.put_note(store, _name(task, which), {"items": places})


def _name(task: str, which: str) -> str:
    return f"{summaries.CONTAMINATION} {task} {which}"
