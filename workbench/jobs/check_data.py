"""check-data: look at rows before training on them; nothing is changed, and a file need not be imported first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.data import formats
from workbench.data.splits import Split
from workbench.jobs import _checking, _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, ModelName
from workbench.records import Lane
from workbench.store import Store, data

LANE: Lane = "light"


class Params(JobParams):
    """Which rows, and whose tokens they are counted in."""

    data: str = Field(description="a data set, or a file of rows")
    model: ModelName | None = Field(None, description="count tokens with its tokenizer (empty: do not count)")
    max_length: int = Field(1024, ge=8, description="most tokens of a row: the max_length of the training")


def title(params: Params) -> str:
    return f"check {Path(params.data).name}"


def check(store: Store, params: Params) -> None:
    formats.read(_inputs.data_file(store, params.data))
    if params.model is not None:
        _inputs.check_model(store, params.model, "weights")


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    context.progress(0, 0, "reading")
    table = formats.read(_inputs.data_file(context.store, params.data))
    known = data.by_name(context.store, params.data) if params.data in data.names(context.store) else None
    rows = None if known is None else _checking.identity(known.fingerprint, Split(), None)
    model = None if params.model is None else _inputs.model(context, params.model)
    return {
        "data": Path(params.data).name,
        **_checking.checked(context, table, rows, model, params.max_length),
    }
