"""bench: a model on a benchmark task, a group of tasks or a suite, every answer kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from workbench.errors import DataError, ModelError, UsageError
from workbench.jobs import _contamination, _inputs, _simple_classifier
from workbench.jobs._context import JobContext
from workbench.jobs._evaluate import evaluate
from workbench.jobs._params import JobParams, ModelName, TaskName
from workbench.jobs._remaining import Remaining
from workbench.jobs._trial import Trial, expect
from workbench.models.language_model import LanguageModel
from workbench.models.machine import Settings
from workbench.records import Lane, Model
from workbench.store import Store, runs
from workbench.tasks import chat, configuration, groups, index, suites

if TYPE_CHECKING:
    from workbench.tasks.loaded import LoadedTask

LANE: Lane = "heavy"


class TaskParams(JobParams):
    """Which model, which task."""

    model: ModelName = Field("smollm2", description="the model that answers")
    task: TaskName = Field("multiple_choice", description="a task: a bundled one, any of lm-eval's, or a YAML file")
    limit: int | None = Field(None, ge=1, description="the first items only (empty: all)")
    folder: str | None = Field(None, description="where the data files of your own YAML lie (empty: beside it)")


class Params(TaskParams):
    """Which model, which task, group or suite, and how it is asked."""

    suite: str | None = Field(None, description="all tasks of a suite instead (see bench suites)")
    fewshot: int | None = Field(None, ge=0, description="examples before each item (empty: as the task says)")
    seed: int = Field(0, ge=0, description="the same seed draws the same examples")
    chat_template: bool = Field(False, description="ask in the model's chat template")
    trust_task_code: bool = Field(False, description="let a YAML file of your own run code")


def title(params: Params) -> str:
    return f"bench {params.model} · {params.suite or task_words(params)}"


def task_words(params: TaskParams) -> str:
    """The task as a title names it: a YAML file without its folder."""
    return params.task.rpartition("/")[2] if index.is_foreign(params.task) else params.task


def check(store: Store, params: TaskParams) -> None:
    """A served model is asked beforehand whether it can do what each of the tasks asks."""
    names = tasks(params)
    for name in names:
        index.path(name)
    if not _inputs.is_served(store, params.model):
        _inputs.check_model(store, params.model, "generate")
        return
    if isinstance(params, Params) and params.chat_template:
        _check_chat(store, params.model, names)
    for needs in dict.fromkeys(configuration.asks(name) for name in names):
        _inputs.check_model(store, params.model, needs)


def _check_chat(store: Store, model: str, names: Sequence[str]) -> None:
    """The template lies with the server, whose chat writes answers and tells no log-probabilities of a prompt."""
    scored = [name for name in names if configuration.asks(name) != "generate"]
    if scored:
        others = f" and {len(scored) - 1} others ask" if len(scored) > 1 else " asks"
        raise UsageError(
            f"The chat of a server gives no log-likelihoods, for which {scored[0]}{others}.",
            "Leave --chat-template out, or name a task of written answers.",
        )
    _inputs.check_chats(store, model)


def tasks(params: TaskParams) -> tuple[str, ...]:
    """The tasks that are meant, in order, each once. UnknownName for what is no task, group, tag or suite."""
    suite = params.suite if isinstance(params, Params) else None
    named = suites.get(suite).tasks if suite else (params.task,)
    return tuple(dict.fromkeys(task for name in named for task in groups.tasks_of(name)))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    """`run` is the first of `runs`; `left_out` maps a task of several to the reason why it was not run."""
    model = _inputs.model(context, params.model)
    loaded, left_out = _all_loaded(context, params, model)
    settings = _inputs.settings(context, model, exact=True)
    engine = context.load(model, settings)
    work = Remaining()
    trials = {name: _trial(context, engine, model, settings, one, work) for name, one in loaded.items()}
    order = sorted(trials, key=lambda name: -trials[name].most)  # how long answers get is known last: those come first
    if len(trials) > 1:
        _sample(context, engine, model, settings, [one for one in trials.values() if not one.most], work)
    done = {name: _run(context, engine, model, settings, trials.pop(name), work) for name in order}
    told = [done[name] for name in loaded]
    return {
        "run": told[0]["run"], "model": model.name, "runs": told, "left_out": left_out,
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
            left_out[name] = str(error)
    if not loaded:
        raise DataError(f"Not one of {len(names)} tasks can be run. {next(iter(left_out.values()))}")
    return loaded, left_out


def _loaded(context: JobContext, params: Params, name: str, model: Model) -> LoadedTask:
    from workbench.tasks.load import load

    context.progress(0, 0, f"loading {name}")
    render = _render(model) if params.chat_template else None
    return load(
        context.store, name, params.limit, params.fewshot, params.seed, render, params.trust_task_code,
        data_folder(params),
    )  # fmt: skip


def _render(model: Model) -> chat.Render:
    """By the model's own template; of a served one, which the server has, the messages as they are."""
    return chat.conversation if model.kind == "server" else chat.renderer(Path(str(model.path)), model.name)


def data_folder(params: TaskParams) -> Path | None:
    return Path(params.folder) if params.folder else None


def _trial(
    context: JobContext, engine: LanguageModel, model: Model, settings: Settings, loaded: LoadedTask, work: Remaining
) -> Trial:
    """The task as it is, entered and counted.

    What stands beside its score is looked for now: a finished run is complete, and kept as it is by whoever saw it, and
    the time that is left is that of the model alone.
    """
    context.progress(0, 0, f"{loaded.name}: writing the prompts")
    stored = runs.add_task(context.store, loaded.name, loaded.version, loaded.definition, loaded.docs)
    trial = Trial(loaded, stored, runs.CLEAN, loaded.docs)
    expect(work, trial, engine, settings)
    context.progress(0, 0, f"{loaded.name}: looking for its items in the training data")
    _contamination.look(context, model, stored, loaded.docs)
    context.progress(0, 0, f"{loaded.name}: what counting words gets right")
    _simple_classifier.tell(context.store, loaded, stored, trial.asked)
    return trial


def _sample(
    context: JobContext, engine: LanguageModel, model: Model, settings: Settings, trials: Sequence[Trial],
    work: Remaining,
) -> None:  # fmt: skip
    """The first batch of each: from then on it is known what reading costs."""
    for trial in trials:
        with suppress(ModelError):  # it is raised again when it is the task's turn, and those before it are finished
            evaluate(context, engine, model, settings, trial, work, most=1)


def _run(
    context: JobContext, engine: LanguageModel, model: Model, settings: Settings, trial: Trial, work: Remaining
) -> dict[str, Any]:
    run = evaluate(context, engine, model, settings, trial, work)
    return {"run": run.id, "task": trial.loaded.name, "items": run.items, "metrics": run.metrics}


def _group_scores(params: Params, metrics: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of each group that was named, on its own or in a suite, and of which every task was run."""
    for name in suites.get(params.suite).tasks if params.suite else (params.task,):
        found = groups.group(name)
        if found and set(found.tasks) <= set(metrics):
            yield name, groups.scores(found, {task: metrics[task] for task in found.tasks})
