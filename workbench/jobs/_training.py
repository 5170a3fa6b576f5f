"""One training as a job, the same for every kind: data, name and settings are fixed at the first start, so that a
resumed job goes on with the very same; then the run, and what it leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench import registry
from workbench.data.formats import Table
from workbench.jobs import _eval_rows, _inputs, _train_data, _train_machine, _trained_model, _unseen
from workbench.jobs._context import JobContext
from workbench.jobs._eval_rows import EvalRows
from workbench.jobs._train_check import check_whole
from workbench.jobs._train_params import TrainParams
from workbench.jobs._trainer import Trainer, Trainers
from workbench.records import Model
from workbench.training import few_rows
from workbench.training.machine_choice import Choice
from workbench.training.settings import TrainSettings


def title(kind: str, params: TrainParams) -> str:
    way = "" if params.method == "lora" else f" with {params.method}"
    return f"{kind} {params.model}{way} · {Path(params.data).name}"


def execute(
    context: JobContext, kind: str, params: TrainParams, wanted: TrainSettings, trainers: Trainers
) -> dict[str, Any]:
    """Train, read the rows for evaluation only, and enter the new model. `kind` (sft, dpo, kto) is in its name."""
    from workbench.models.tokenizer import load_tokenizer

    context.release()
    model, path = base(context, params)
    data = _train_data.data_set(context, params.data)
    _trained_model.name(context, params.name, model, kind)
    table = _train_data.rows(data, params.limit)
    trainer = _train_data.trainer(trainers, table)
    checks = _train_data.checks(context, params, data, table, model, params.limit)
    others = _eval_rows.of_job(context, params, data, table, trainers, load_tokenizer(path))
    if table.layout != "text" and (few := few_rows.warning(len(table.rows), wanted)):
        context.log(few)
    if others.told:
        context.log(_eval_rows.words(others.told))
    settings, machine = _train_machine.on_this_machine(context, params, others.settings(wanted), model, trainer, table)
    outcome = _run(context, params, trainer, settings, machine, path, table, others)
    unseen = _unseen.measure(context, data, trainer, path, settings, outcome)
    told = {"unseen": unseen, "eval_data": others.told}
    counts = {trainer.unit: outcome["preflight"]["kept"], **told, **_tell_tasks(context, outcome)}
    made = _trained_model.register(context, params, model, data, outcome, counts)
    return {"model": made.name, **outcome, **told, "checks": checks, "old_task": made.details["old_task"]}


def base(context: JobContext, params: TrainParams) -> tuple[Model, Path]:
    """The model to train and where it lies; TrainingRefused for an adapter on another model."""
    found = _inputs.model(context, params.model)
    check_whole(found)
    return found, Path(found.path or "")


def _run(
    context: JobContext,
    params: TrainParams,
    trainer: Trainer,
    settings: TrainSettings,
    machine: Sequence[Choice],
    base: Path,
    table: Table,
    others: EvalRows,
) -> dict[str, Any]:
    """Train here, or in several processes; the outcome as the job's result.

    With it stand the settings that were chosen for this machine.
    """
    from workbench.training import launcher

    rows = trainer.rows(table)
    folder, saved = context.workspace.job_folder(context.job_id), context.workspace.models / context.plan["name"]
    if params.launcher == "accelerate":
        config = Path(params.accelerate_config) if params.accelerate_config else None
        outcome = launcher.run(
            trainer.name, settings, base, rows, folder, context, saved=saved, config=config, eval_rows=others.rows
        )
    else:
        module = registry.get("workbench.training", trainer.name, "trainer")
        outcome = _plain(module.run(settings, base, rows, folder, context, saved=saved, eval_rows=others.rows))
    return {**outcome, "machine": [asdict(one) for one in machine]}


def _plain(outcome: Any) -> dict[str, Any]:
    """The outcome of a run as a job's result."""
    return {key: str(value) if isinstance(value, Path) else value for key, value in asdict(outcome).items()}


def _tell_tasks(context: JobContext, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Write the loss on each task into the log; what the model's row keeps of it, empty where the rows name no task."""
    for task, one in outcome["tasks"].items():
        context.log(f"{task}: loss {one['before']:.4f} -> {one['after']:.4f} (nats per token, {one['rows']} rows)")
    return {"tasks": outcome["tasks"]} if outcome["tasks"] else {}
