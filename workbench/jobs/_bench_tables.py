"""Runs as tables for other programs: one row an item, one row a metric with its n and interval."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.jobs import _parquet
from workbench.spec import canonical_json
from workbench.store import Store, contamination, models, runs
from workbench.store.runs import Run
from workbench.text import one_line

Row = dict[str, Any]
ITEMS, METRICS = "items", "metrics"
_WIDEST = 200  # characters of a name in a Markdown table


def items(store: Store, found: Sequence[Run]) -> list[Row]:
    """One row an item, in the order of the runs and of their data; lists (choices, log-probabilities) are JSON.

    `item` counts from 1; `gold` and `answer` count the choices from 0. Each metric that knows a single item is a
    column of its own, empty where the item has none.
    """
    rows: list[Row] = []
    for run in found:
        of_run = _of(store, run)
        for number, one in enumerate(runs.answers(store, run.id), 1):
            rows.append(
                {
                    **of_run, "item": number, "prompt": one.context, "choices": canonical_json(list(one.choices)),
                    "logprobs": canonical_json(list(one.logprobs)), "gold": one.gold, "answer": one.answer,
                    "text": one.text, "changed": one.changed, **one.scores,
                }
            )  # fmt: skip
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in names} for row in rows]


def metrics(store: Store, found: Sequence[Run]) -> list[Row]:
    """One row a metric of a run: value, 95 % interval (empty where there is none, and why), n."""
    columns = ("value", "low", "high", "n", "reason", "higher_is_better")
    return [
        {**_of(store, run), "metric": name, **{column: one[column] for column in columns}}
        for run in found
        for name, one in run.metrics.items()
    ]


def write_csv(rows: Sequence[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)


def write_both(form: str, store: Store, found: Sequence[Run], folder: Path) -> None:
    """ITEMS and METRICS as csv or parquet."""
    for name, rows in ((ITEMS, items(store, found)), (METRICS, metrics(store, found))):
        path = folder / f"{name}.{form}"
        write_csv(rows, path) if form == "csv" else _parquet.of_rows(path, rows)


def markdown(store: Store, found: Sequence[Run]) -> str:
    """A table of the metrics; `seen`: items that stand in what the model was trained on."""
    lines = ["| model | task | variant | metric | value | 95 % | n | seen |", "|---|---|---|---|--:|---|--:|--:|"]
    for row in metrics(store, found):
        cells = [row["model"], f"{row['task']} {row['version']}", row["variant"], row["metric"], _number(row["value"])]
        bounds = "–" if row["low"] is None else f"{_number(row['low'])} to {_number(row['high'])}"
        cells += [bounds, f"{row['n']:,}", "–" if row["contaminated"] is None else f"{row['contaminated']:,}"]
        lines.append(f"| {' | '.join(one_line(cell, _WIDEST).replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _of(store: Store, run: Run) -> Row:
    """`contaminated`: items that stand in what the model was trained on; None where that is not known."""
    task = runs.task(store, run.task_id)
    variant = canonical_json(run.variant) if run.variant else "clean"
    model = models.by_id(store, run.model_id).name
    return {
        "run": run.id, "model": model, "task": task.name, "version": task.version, "variant": variant,
        "contaminated": contamination.items(store, run),
    }  # fmt: skip
