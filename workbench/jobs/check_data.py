"""check-data: look at rows before training on them; nothing is changed, and a file need not be imported first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.data import checks, formats
from workbench.data.checks import Rows
from workbench.data.checks._rows import rows
from workbench.errors import ModelError
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, ModelName
from workbench.records import Lane
from workbench.store import Store, runs
from workbench.tasks import index
from workbench.workspace import bundled_file

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
    tokens = None if params.model is None else _tokens(Path(_inputs.model(context, params.model).path or ""))
    checked = Rows(table.layout, rows(table), tokens, params.max_length, benchmarks(context.store))
    names = checks.names()

    def began(name: str) -> None:
        context.check_cancelled()
        context.progress(names.index(name), len(names), name)

    found = [asdict(finding) for finding in checks.findings(checked, began)]
    context.progress(len(names), len(names))
    return {"data": Path(params.data).name, "layout": table.layout, "rows": len(table.rows), "findings": found}


def benchmarks(store: Store) -> dict[str, list[list[str]]]:
    """Task -> the texts of its items: the bundled tasks, and every version of a task that was ever run here."""
    found = {name: [_texts(doc) for doc in _bundled(name)] for name in index.bundled()}
    for task in {run.task_id: runs.task(store, run.task_id) for run in runs.all_runs(store)}.values():
        if task.name not in found:
            found[task.name] = []
        known = {tuple(item) for item in found[task.name]}
        texts = [_texts(doc) for _, doc in runs.docs(store, task.id)]
        found[task.name] += [item for item in texts if tuple(item) not in known]
    return found


def _bundled(name: str) -> list[dict[str, Any]]:
    lines = bundled_file("datasets", name, ".jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _texts(doc: Mapping[str, Any]) -> list[str]:
    """The texts of an item's fields; of a list (choices) each of its texts."""
    values = [one for value in doc.values() for one in (value if isinstance(value, list) else [value])]
    return [value for value in values if isinstance(value, str)]


def _tokens(path: Path) -> Callable[[str], int]:
    """Counts the tokens of a text for the model in a folder or a GGUF file, without special tokens; ModelError."""
    from transformers import AutoTokenizer

    where = {"pretrained_model_name_or_path": str(path)}
    if path.is_file():
        where = {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    try:
        tokenizer = AutoTokenizer.from_pretrained(**where)
    except (OSError, ValueError) as error:
        raise ModelError(f"The tokenizer in {path} cannot be loaded.", "Fetch or export the model again.") from error
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False, verbose=False))
