"""bench: a model on a benchmark task, every answer kept."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._evaluate import Tally, counted, evaluate
from workbench.jobs._params import JobParams, ModelName, TaskName
from workbench.records import Lane
from workbench.store import Store, runs
from workbench.tasks import index

LANE: Lane = "heavy"


class Params(JobParams):
    """Which model, which task."""

    model: ModelName = Field("smollm2", description="the model that answers")
    task: TaskName = Field("multiple_choice", description="a task: a bundled one, or any of lm-eval's by name")
    limit: int | None = Field(None, ge=1, description="the first items only (empty: all)")


def title(params: Params) -> str:
    return f"bench {params.model} · {params.task}"


def check(store: Store, params: Params) -> None:
    _inputs.check_model(store, params.model, "loglikelihood")
    index.path(params.task)


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.tasks.load import load

    model = _inputs.model(context, params.model)
    context.progress(0, 0, f"loading {params.task}")
    loaded = load(context.store, params.task, params.limit)
    stored = runs.add_task(context.store, loaded.name, loaded.version, loaded.definition, loaded.docs)
    settings = _inputs.settings(context, model, exact=True)
    engine = context.load(model, settings)
    tally = Tally(counted(loaded, loaded.docs))
    run = evaluate(context, engine, model, settings, loaded, stored, runs.CLEAN, loaded.docs, tally)
    return {"run": run.id, "model": model.name, "task": loaded.name, "items": run.items, "metrics": run.metrics}
