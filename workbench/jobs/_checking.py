"""The checks of a set of rows, in the job that asks for them; kept, so that the same rows are looked at once only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench import durable
from workbench.data import checks
from workbench.data.checks import Rows
from workbench.data.checks._rows import rows
from workbench.data.formats import Table
from workbench.data.splits import Split
from workbench.jobs._context import JobContext
from workbench.records import Model
from workbench.spec import canonical_json, content_hash
from workbench.store import Store, runs
from workbench.tasks import index
from workbench.workspace import bundled_file


def identity(fingerprint: str, split: Split, limit: int | None) -> str:
    """Which rows of a data set are meant: those not held out by `split`, and the first `limit` of them (None: all)."""
    return canonical_json([fingerprint, asdict(split) if split.eval_share else None, limit])


def identified(which: str) -> tuple[str, Split, int | None]:
    """The other way round: fingerprint, split and limit of an `identity`."""
    fingerprint, split, limit = json.loads(which)
    return fingerprint, Split(**(split or {})), limit


def checked(
    context: JobContext, table: Table, which: str | None, model: Model | None, max_length: int
) -> dict[str, Any]:
    """Layout, number of rows and findings, as `views.data_check` reads them.

    `which` is the `identity` of the rows, None where it is not known: then nothing is kept. `model`: whose tokens are
    counted, None: they are not.
    """
    compared = benchmarks(context.store)
    if which is None:
        return _found(context, table, model, max_length, compared)
    asked = [checks.version(), which, model and model.weights_hash, max_length, content_hash(canonical_json(compared))]
    kept = context.workspace.checks / f"{content_hash(canonical_json(asked))}.json"
    if not kept.is_file():
        kept.parent.mkdir(exist_ok=True)
        part = kept.with_suffix(f".{context.job_id}.part")
        part.write_text(json.dumps(_found(context, table, model, max_length, compared)), encoding="utf-8")
        durable.publish(part, kept)
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _found(
    context: JobContext,
    table: Table,
    model: Model | None,
    max_length: int,
    compared: Mapping[str, list[list[str]]],
) -> dict[str, Any]:
    tokens = None if model is None else _tokens(Path(model.path or ""))
    names = checks.names()

    def began(name: str) -> None:
        context.check_cancelled()
        context.progress(names.index(name), len(names), f"checking the data: {name}")

    found = checks.findings(Rows(table.layout, rows(table), tokens, max_length, compared), began)
    findings = [asdict(finding) for finding in found]
    context.progress(len(names), len(names), "checked")
    return {"layout": table.layout, "rows": len(table.rows), "findings": findings}


def benchmarks(store: Store) -> dict[str, list[list[str]]]:
    """Task -> the texts of its items: the bundled tasks, and every version of a task that was ever run here."""
    found = {name: [texts(doc) for doc in _bundled(name)] for name in index.bundled()}
    for task in {run.task_id: runs.task(store, run.task_id) for run in runs.all_runs(store)}.values():
        if task.name not in found:
            found[task.name] = []
        known = {tuple(item) for item in found[task.name]}
        read = [texts(doc) for _, doc in runs.docs(store, task.id)]
        found[task.name] += [item for item in read if tuple(item) not in known]
    return found


def _bundled(name: str) -> list[dict[str, Any]]:
    lines = bundled_file("datasets", name, ".jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def texts(doc: Mapping[str, Any]) -> list[str]:
    """The texts of an item's fields; of a list (choices) each of its texts."""
    values = [one for value in doc.values() for one in (value if isinstance(value, list) else [value])]
    return [value for value in values if isinstance(value, str)]


def _tokens(path: Path) -> Callable[[str], int]:
    """Counts the tokens of a text for the model in a folder or a GGUF file, without special tokens; ModelError."""
    from workbench.models.tokenizer import load_tokenizer

    tokenizer = load_tokenizer(path)
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False, verbose=False))
