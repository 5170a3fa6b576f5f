"""import-data: copy a file of rows into the workspace by content, and enter it as a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.data import formats
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams
from workbench.records import Lane
from workbench.store import Store

LANE: Lane = "light"


class Params(JobParams):
    """Which file becomes which data set."""

    path: str = Field(description="a file: jsonl, or json in the alpaca layout")
    name: str | None = Field(None, description="name of the data set (default: the file's)")


def title(params: Params) -> str:
    return f"import {Path(params.path).name}"


def check(_store: Store, params: Params) -> None:
    formats.read(Path(params.path))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    context.progress(0, 0, "reading")
    path = Path(params.path)
    made = _inputs.import_file(context.store, context.workspace, path, params.name or path.stem, str(path))
    return {"data": made.name, "rows": made.rows, "layout": made.layout}
