"""redact-data: a copy of a data set in which personal data is replaced by its kind, [E-MAIL] for instance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.data import formats
from workbench.data.checks.personal_data import redact
from workbench.errors import DataError
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams
from workbench.records import Lane
from workbench.store import Store
from workbench.store import data as data_sets

LANE: Lane = "light"
_ROWS_A_LOOK = 1000


class Params(JobParams):
    """Which rows become which data set. What the patterns miss stays: see the checks' limits."""

    data: str = Field(description="a data set, or a file of rows")
    name: str | None = Field(None, description="name of the new data set (empty: DATA-redacted)")


def title(params: Params) -> str:
    return f"redact {Path(params.data).name}"


def check(store: Store, params: Params) -> None:
    formats.read(_inputs.data_file(store, params.data))
    if _name(params) in data_sets.names(store):
        raise DataError(f"There is a data set {_name(params)!r} already.", "Choose another name.")


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    table = formats.read(_inputs.data_file(context.store, params.data))
    written, changed = context.workspace.job_folder(context.job_id) / "redacted.jsonl", 0
    with written.open("w", encoding="utf-8") as file:
        for number, row in enumerate(table.rows):
            if number % _ROWS_A_LOOK == 0:
                context.check_cancelled()
                context.progress(number, len(table.rows))
            after = redacted(row)
            changed += after != row
            file.write(json.dumps(after, ensure_ascii=False) + "\n")
    source = f"{params.data}, redacted"
    made = _inputs.import_file(context.store, context.workspace, written, _name(params), source)
    return {"data": made.name, "rows": made.rows, "changed": changed}


def _name(params: Params) -> str:
    return params.name or f"{Path(params.data).stem}-redacted"


def redacted(value: Any) -> Any:
    """The value with every text in it redacted, whatever column or list it stands in; keys stay."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [redacted(one) for one in value]
    return {key: redacted(one) for key, one in value.items()} if isinstance(value, dict) else value
