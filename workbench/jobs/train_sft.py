"""train-sft: supervised fine-tuning through TRL; the new model enters the catalog with its lineage."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workbench.data import formats
from workbench.jobs import _inputs, _trained
from workbench.jobs._context import JobContext
from workbench.jobs._params import InstructionsName
from workbench.records import Lane
from workbench.store import Store
from workbench.training.settings import SFTSettings

LANE: Lane = "heavy"


class Params(_trained.TrainParams):
    """One run of supervised fine-tuning."""

    data: InstructionsName = Field(description="instructions with their answers; or plain text, to adapt to its domain")
    limit: int | None = Field(None, ge=1, description="the first rows only (empty: all)")


def title(params: Params) -> str:
    return _trained.title("train-sft", params)


def settings(params: Params, threads: int = 1) -> SFTSettings:
    """What the run is told; UsageError or TrainingRefused for what cannot work."""
    return SFTSettings(**params.numbers(), threads=threads)


def check(store: Store, params: Params) -> None:
    _trained.check(store, params, settings(params), (*formats.ANSWERED, "text"))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.training.completion_rows import completion_rows
    from workbench.training.text_rows import text_rows

    context.release()
    base, path = _trained.base(context, params)
    rows = _trained.data_set(context, params.data)
    _trained.name(context, params.name, base, "sft")
    table = _trained.rows(rows, params.limit)
    checks = _trained.checks(context, params, rows, table, base, params.limit)
    chosen = settings(params, _inputs.settings(context, base, exact=True).threads)
    if table.layout == "text":
        outcome = _trained.run(context, params, "domain", chosen, path, text_rows(table))
    else:
        outcome = _trained.run(context, params, "sft", chosen, path, completion_rows(table))
    counts = {"examples": outcome["preflight"]["kept"], **_trained.tell_tasks(context, outcome)}
    model = _trained.register(context, params, base, rows, outcome, counts)
    return {"model": model.name, **outcome, "checks": checks, "old_task": model.details["old_task"]}
