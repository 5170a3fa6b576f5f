"""Jobs in this process, on a model that is loaded already."""

from __future__ import annotations

from typing import Any

from workbench import jobs as kinds
from workbench.models.scripted import ScriptedModel
from workbench.spec import JobSpec
from workbench.store import Store, jobs
from workbench.worker.context import WarmModel, WorkerContext


class Ready(WarmModel):
    """A model that is loaded already."""

    def __init__(self, engine: ScriptedModel) -> None:
        super().__init__()
        self.engine = engine

    def get(self, model: Any, settings: Any) -> ScriptedModel:
        return self.engine


def executed(store: Store, spec: JobSpec, engine: ScriptedModel) -> dict[str, Any]:
    """Queue, claim and run a job of the heavy lane with `engine` as its model; the result. Its state ends as done."""
    jobs.enqueue(store, spec, "heavy", spec.kind)
    context = WorkerContext(store, jobs.claim(store, "heavy", 1, 0.0, "here"), Ready(engine))
    try:
        return kinds.execute(context, spec)
    finally:
        jobs.finish(store, context.job_id, "done")
