"""bench: a model on a benchmark task, a group of tasks or a suite, every answer kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from workbench.errors import DataError, UsageError
from workbench.jobs import _contamination, _inputs, _simple_classifier
from workbench.jobs._context import JobContext
from workbench.jobs._evaluate import Tally, counted, evaluate
from workbench.jobs._params import JobParams, ModelName, TaskName
from workbench.records import Lane, Model
from workbench.store import Store, runs
from workbench.tasks import configuration, groups, index, suites

if TYPE_CHECKING:
    from workbench.tasks.loaded import LoadedTask

LANE: Lane = "heavy"


class TaskParams(JobParams):
    """Which model, which task."""

    model: ModelName = Field("smollm2", description="the model that answers")
    task: TaskName = Field("multiple_choice", description="a task: a bundled one, any of lm-eval's, or a YAML file")
    limit: int | None = Field(None, ge=1, description="the first items only (empty: all)")


class Params(TaskParams):
    """Which model, which task, group or suite, and how it is asked."""

    suite: str | None = Field(None, description="all tasks of a suite instead (see bench suites)")
    fewshot: int | None = Field(None, ge=0, description="examples before each item (empty: as the task says)")
    seed: int = Field(0, ge=0, description="the same seed draws the same examples")
    chat_template: bool = Field(False, description="ask in the model's chat template")
    trust_task_code: bool = Field(False, description="let a YAML file of your own run code")


def title(params: Params) -> str:
    return f"bench {params.model} · {params.suite or params.task}"


def check(store: Store, params: TaskParams) -> None:
    """A served model is asked beforehand whether it can do what each of the tasks asks."""
    names = tasks(params)
    for name in names:
        index.path(name)
    if not _inputs.is_served(store, params.model):
        _inputs.check_model(store, params.model, "generate")
        return
    if isinstance(params, Params) and params.chat_template:
        raise UsageError(f"The chat template of {params.model} is not on this machine.", "Leave --chat-template out.")
    for needs in dict.fromkeys(configuration.asks(name) for name in names):
        _inputs.check_model(store, params.model, needs)


def tasks(params: TaskParams) -> tuple[str, ...]:
    """The tasks that are meant, in order, each once. UnknownName for what is no task, group, tag or suite."""
    suite = params.suite if isinstance(params, Params) else None
    named = suites.get(suite).tasks if suite else (params.task,)
    return tuple(dict.fromkeys(task for name in named for task in _members(name)))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    """`run` is the first of `runs`; `left_out` maps a task of several to the reason why it was not run."""
    model = _inputs.model(context, params.model)
    loaded, left_out = _all_loaded(context, params, model)
    tally = Tally(sum(counted(one, one.docs) for one in loaded.values()))
    done = {name: _run(context, model, one, tally) for name, one in loaded.items()}
    first = next(iter(done.values()))
    return {
        "run": first["run"], "model": model.name, "runs": list(done.values()), "left_out": left_out,
        "groups": dict(_group_scores(params, {name: one["metrics"] for name, one in done.items()})),
    }  # fmt: skip


def _all_loaded(context: JobContext, params: Params, model: Model) -> tuple[dict[str, LoadedTask], dict[str, str]]:
    """Every task that can be run, and of each other one of several why it cannot; DataError without any."""
    names = tasks(params)
    loaded: dict[str, LoadedTask] = {}
    left_out: dict[str, str] = {}
    for name in names:
        try:
            loaded[name] = _loaded(context, params, name, model)
        except DataError as error:
            if len(names) == 1:
                raise
            left_out[name] = error.message
    if not loaded:
        raise DataError(f"Not one of {len(names)} tasks can be run. {next(iter(left_out.values()))}")
    return loaded, left_out


def _members(name: str) -> tuple[str, ...]:
    found = groups.group(name)
    return found.tasks if found else (name,)


def _loaded(context: JobContext, params: Params, name: str, model: Model) -> LoadedTask:
    from workbench.tasks.chat import renderer
    from workbench.tasks.load import load

    context.progress(0, 0, f"loading {name}")
    render = renderer(Path(str(model.path)), model.name) if params.chat_template else None
    return load(context.store, name, params.limit, params.fewshot, params.seed, render, params.trust_task_code)


def _run(context: JobContext, model: Model, loaded: LoadedTask, tally: Tally) -> dict[str, Any]:
    stored = runs.add_task(context.store, loaded.name, loaded.version, loaded.definition, loaded.docs)
    settings = _inputs.settings(context, model, exact=True)
    engine = context.load(model, settings)
    run = evaluate(context, engine, model, settings, loaded, stored, runs.CLEAN, loaded.docs, tally)
    context.progress(tally.done, tally.total, f"{loaded.name}: looking for its items in the training data")
    _contamination.look(context, model, stored, loaded.docs)
    context.progress(tally.done, tally.total, f"{loaded.name}: what counting words gets right")
    _simple_classifier.tell(context, loaded, stored, run)
    return {"run": run.id, "task": loaded.name, "items": run.items, "metrics": run.metrics}


def _group_scores(params: Params, metrics: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of each group that was named, on its own or in a suite, and of which every task was run."""
    for name in suites.get(params.suite).tasks if params.suite else (params.task,):
        found = groups.group(name)
        if found and set(found.tasks) <= set(metrics):
            yield name, groups.scores(found, {task: metrics[task] for task in found.tasks})
