"""Look for a benchmark's items in what a model was trained on; each data set is looked through once a task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.data import formats, splits
from workbench.data.checks import Rows
from workbench.data.checks._rows import rows
from workbench.data.checks.benchmark_overlap import overlapping
from workbench.errors import DataError
from workbench.jobs._checking import identified, texts
from workbench.jobs._context import JobContext
from workbench.records import Model
from workbench.store import contamination, data
from workbench.store.runs import Task


def look(context: JobContext, model: Model, task: Task, docs: Sequence[dict[str, Any]]) -> None:
    """Keep which of the task's documents stand in the rows of the model's lineage, of sets that are still here."""
    store = context.store
    known = {one.fingerprint: Path(one.path) for one in data.all_sets(store)}
    for which in contamination.training_rows(store, model):
        fingerprint, split, limit = identified(which)
        file = known.get(fingerprint)
        if file is None or contamination.found(store, task.hash, which) is not None:
            continue
        try:
            table = splits.training(formats.read(file), split)
        except DataError as error:  # damaged or moved since: the score stands, and says nothing of its contamination
            context.log(f"contamination of {task.name} is not known: {error}")
            continue
        trained_on = Rows(table.layout, rows(table)[:limit], benchmarks={task.name: [texts(doc) for doc in docs]})
        places = [place for place, _ in overlapping(trained_on).get(task.name, ())]
        contamination.keep(store, task.hash, which, places)
