"""import-data: bring rows into the workspace by content, in our layout, and enter them as a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.data import imports, sources
from workbench.data.splits import Split
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams
from workbench.records import Lane
from workbench.store import Store

LANE: Lane = "light"


class Params(JobParams):
    """Which rows become which data set, and what their columns mean."""

    path: str = Field(description="a file (jsonl, json, csv, tsv, parquet, txt), a saved folder, or a hub id")
    name: str | None = Field(None, description="name of the data set (default: the file's)")
    layout: str | None = Field(None, description="what the rows are, alpaca for instance (empty: recognised)")
    map: str | None = Field(None, description="our columns in the file: prompt=question, completion=reply")
    eval_share: float = Field(0.0, ge=0, le=0.9, description="share of the rows for evaluation only, drawn by hash")
    family: str | None = Field(None, description="column whose equal values stay together (empty: equal prompts)")
    config: str | None = Field(None, description="of a hub id: which configuration")
    split: str | None = Field(None, description="of a hub id or a saved folder: which split")


def title(params: Params) -> str:
    return f"import {Path(params.path).name}"


def check(_store: Store, params: Params) -> None:
    imports.look(params.path, params.layout, imports.columns(params.map))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    def tick(done: int, total: int, unit: str) -> None:
        context.check_cancelled()
        context.progress(done, total, f"{unit} read")

    sources.clear_stale_parts(context.workspace)
    context.progress(0, 0, "looking at a sample")
    source = imports.source(params.path, params.config, params.split)
    split = Split(params.eval_share, params.family)
    mapped = imports.columns(params.map)
    found = imports.bring_in(source, context.workspace, params.layout, mapped, split, tick)
    name = params.name or imports.name_of(params.path)
    made = _inputs.enter(context.store, found, name, params.path, split)
    return {"data": made.name, "rows": made.rows, "layout": made.layout, **made.card}
