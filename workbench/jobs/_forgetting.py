"""What a training cost on something old: the model and its parent are measured on one held-out task after it.

They are ordinary benchmark jobs, queued by the training as it ends; what is known already is not measured again.
"""

from __future__ import annotations

from typing import Any

from workbench import jobs as kinds
from workbench.errors import UsageError
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.records import Job, Model
from workbench.store import Store, jobs
from workbench.tasks import groups, index

NONE = "none"  # in place of a task: nothing is measured


def check(task: str) -> None:
    """UnknownName for what is no task, UsageError for a group of them."""
    if task == NONE:
        return
    index.path(task)
    if found := groups.group(task):
        raise UsageError(
            f"old_task: {task} is a group of {len(found.tasks)} tasks; what was forgotten is measured on one.",
            f"Name one of them, {found.tasks[0]} for instance.",
        )


def queue(context: JobContext, task: str, items: int, parent: Model, made: Model) -> dict[str, Any]:
    """See to it that both are measured: the task, its items, and the job that measures each. Empty for NONE."""
    if task == NONE:
        return {}
    before, after = (_measuring(context.store, model, task, items) for model in (parent, made))
    return {"task": task, "items": items, "before": before, "after": after}


def _measuring(store: Store, model: Model, task: str, items: int) -> int:
    """The job of just that benchmark: one that is on its way, or whose numbers still stand, else a new one."""
    spec = kinds.parse("bench", {"model": model.name, "task": task, "limit": items})
    known = (job.id for job in jobs.with_spec(store, spec) if not job.ended or _stands(job, model, task))
    return next(known, None) or jobs.enqueue(store, spec, kinds.lane("bench"), kinds.title(spec)).id


def _stands(job: Job, model: Model, task: str) -> bool:
    """Whether a finished benchmark says what one of today would: same weights, same versions, a task that stays."""
    same = job.plan.get("inputs") == {model.name: model.weights_hash} and job.plan.get("versions") == _inputs.versions()
    return job.state == "done" and same and not index.is_foreign(task)
