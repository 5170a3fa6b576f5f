"""preflight: what a training would learn, on the exact tokens it would be given, before it is started."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from workbench import durable
from workbench import jobs as kinds
from workbench.data import formats
from workbench.errors import TrainingRefused
from workbench.jobs import _eval_rows, _train_data, _train_machine, _training
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, Table
from workbench.records import Lane
from workbench.store import Store
from workbench.training import few_rows
from workbench.training.machine_choice import Choice
from workbench.workspace import Workspace

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from workbench.training.preflight import Look
    from workbench.training.token_view import RowView

LANE: Lane = "light"
ROWS_KEPT, ROWS_LEFT_OUT = 20, 5  # shown in tokens: of those kept, and of each reason to leave one out or cut it
_MEASURED = 16  # rows of either end, or as many as a batch holds
_FILE = "token_view.json"


class Params(JobParams):
    """A training that is not started."""

    training: Literal["train-sft", "train-dpo", "train-kto"] = Field(description="what would be started")
    params: Table = Field(description="its parameters, by their names")


def title(params: Params) -> str:
    training = kinds.kind(params.training)
    return f"preflight of {training.title(training.Params(**params.params))}"


def check(store: Store, params: Params) -> None:
    kinds.check(store, kinds.parse(params.training, params.params))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.models.tokenizer import load_tokenizer

    training = kinds.kind(params.training)
    wanted = training.Params(**params.params)
    base, path = _training.base(context, wanted)
    context.progress(0, 0, "reading tokens")
    tokenizer = load_tokenizer(path)
    table = _train_data.looked_at(context.store, wanted)
    trainers = training.trainers(wanted)
    trainer = _train_data.trainer(trainers, table)
    look = trainer.look(table, tokenizer, wanted.max_length)
    others = _eval_rows.of_preflight(context.store, wanted, table, trainers, tokenizer)
    _keep(token_view_file(context.workspace, context.job_id), _views(look, tokenizer))
    found = {
        "training": params.training,
        "params": wanted.model_dump(),
        "counts": asdict(look.report),
        "eval_data": others.told,
    }
    if table.layout != "text":
        found["few"] = few_rows.warning(look.report.kept, training.settings(wanted))
    machine: list[Choice] = []
    try:
        trainer.refuse(look.report)
        settings, machine = _train_machine.on_this_machine(
            context, wanted, others.settings(training.settings(wanted)), base, trainer, table
        )
        context.progress(0, 0, "measuring a step")
        measured = _extremes(table, look, settings.per_device_train_batch_size)
        folder = context.workspace.job_folder(context.job_id)
        estimate = asdict(trainer.measure(measured, settings, path, look.report, folder))
        why = None
    except TrainingRefused as refused:
        estimate, why = None, str(refused)
    return {**found, "refused": why, "machine": [asdict(one) for one in machine], "estimate": estimate}


def token_view_file(workspace: Workspace, job_id: int) -> Path:
    """Where the rows of a pre-flight lie in tokens: a list of training.token_view.RowView as JSON."""
    return workspace.job_folder(job_id) / _FILE


def _extremes(table: formats.Table, look: Look[Any, Any], rows: int) -> formats.Table:
    """The longest rows that would be trained on, and the shortest, at least `rows` of each: what is measured.

    All documents of plain text, since a few of them may come to less than one sequence.
    """
    if table.layout == "text":
        return table
    kept = [at for at, fate in enumerate(look.fates) if fate == "kept"]
    kept.sort(key=lambda at: sum(one.length for one in look.examples[at].sequences(look.report.max_length)))
    most = max(_MEASURED, rows)
    few = kept if len(kept) <= 2 * most else [*kept[:most], *kept[-most:]]
    return replace(table, rows=[table.rows[at] for at in few])


def _views(look: Look[Any, Any], tokenizer: PreTrainedTokenizerBase) -> list[RowView]:
    from workbench.training import token_view

    most = look.report.max_length
    truncated = [any(one.cut for one in example.sequences(most)) for example in look.examples]
    return [
        token_view.view(at + 1, look.fates[at], look.examples[at], tokenizer, most, look.stop)
        for at in token_view.shown(look.fates, truncated, ROWS_KEPT, ROWS_LEFT_OUT)
    ]


def _keep(path: Path, views: list[RowView]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps([asdict(one) for one in views], ensure_ascii=False), encoding="utf-8")
    durable.publish(part, path)
