"""What a training cost on something old: the model and its parent are measured on one held-out task after it.

They are ordinary benchmark jobs, queued by the training as it ends; what is known already is not measured again.
"""

from __future__ import annotations

from typing import Any

from workbench import jobs as kinds
from workbench.jobs._context import JobContext
from workbench.records import Model
from workbench.store import jobs, runs
from workbench.tasks import index

NONE = "none"  # in place of a task: nothing is measured


def check(task: str) -> None:
    """UnknownName for what is no task."""
    if task != NONE:
        index.path(task)


def queue(context: JobContext, task: str, items: int, *measured: Model) -> dict[str, Any]:
    """Queue a benchmark for each model that lacks one; the task, its items, and the jobs. Empty for NONE."""
    if task == NONE:
        return {}
    queued = []
    for model in measured:
        known = runs.finished(context.store, task, model.id)
        if not any(run.items == items and not run.variant for run in known):
            spec = kinds.parse("bench", {"model": model.name, "task": task, "limit": items})
            queued.append(jobs.enqueue(context.store, spec, kinds.lane("bench"), kinds.title(spec)).id)
    return {"task": task, "items": items, "jobs": queued}
