"""Look for a benchmark's items in what a model was trained on; each data set is looked through once a task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.data import formats
from workbench.data.checks import Rows
from workbench.data.checks._rows import rows
from workbench.data.checks.benchmark_overlap import overlapping
from workbench.errors import DataError
from workbench.jobs._checking import texts
from workbench.jobs._context import JobContext
from workbench.records import Model
from workbench.store import contamination, data
from workbench.store.runs import Task


def look(context: JobContext, model: Model, task: Task, docs: Sequence[dict[str, Any]]) -> None:
    """Keep which of the task's documents stand in each set of the model's lineage that is still here."""
    store = context.store
    known = {one.fingerprint: Path(one.path) for one in data.all_sets(store)}
    for fingerprint in contamination.training_sets(store, model):
        file = known.get(fingerprint)
        if file is None or contamination.found(store, task.hash, fingerprint) is not None:
            continue
        try:
            table = formats.read(file)
        except DataError as error:  # damaged or moved since: the score stands, and says nothing of its contamination
            context.log(f"contamination of {task.name} is not known: {error}")
            continue
        found = overlapping(Rows(table.layout, rows(table), benchmarks={task.name: [texts(doc) for doc in docs]}))
        places = [place for place, _ in found.get(task.name, ())]
        contamination.keep(store, task.hash, fingerprint, places)
