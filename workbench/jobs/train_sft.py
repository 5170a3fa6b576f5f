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

    data: InstructionsName = Field(description="instructions with their answers")
    limit: int | None = Field(None, ge=1, description="the first rows only (empty: all)")


def title(params: Params) -> str:
    return _trained.title("train-sft", params)


def settings(params: Params, threads: int = 1) -> SFTSettings:
    """What the run is told; UsageError or TrainingRefused for what cannot work."""
    return SFTSettings(**params.numbers(), threads=threads)


def check(store: Store, params: Params) -> None:
    _trained.check(store, params, settings(params), formats.ANSWERED)


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.training import sft
    from workbench.training.completion_rows import completion_rows

    context.release()
    base, path = _trained.base(context, params)
    rows = _trained.data_set(context, params.data)
    name = _trained.name(context, params.name, base, "sft")
    table = _trained.rows(rows, params.limit)
    checks = _trained.checks(context, params, rows, table, base, params.limit)
    run = sft.run(
        settings(params, _inputs.settings(context, base, exact=True).threads),
        path,
        completion_rows(table),
        context.workspace.job_folder(context.job_id),
        context,
        saved=context.workspace.models / name,
    )
    outcome = _trained.plain(run)
    counts = {"examples": run.preflight.kept, **_trained.tell_tasks(context, outcome)}
    model = _trained.register(context, params, base, rows, outcome, counts)
    return {"model": model.name, **outcome, "checks": checks}
