"""The rows of a training: which file they lie in, which of them are trained on, and what the checks say of them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from workbench.data import formats, splits
from workbench.data.checks import LEVELS
from workbench.errors import DataError
from workbench.jobs import _checking, _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._train_params import TrainParams
from workbench.jobs._trainer import Trainer, Trainers
from workbench.records import DataSet, Model
from workbench.store import Store, data


def data_set(context: JobContext, reference: str, parameter: str = "data") -> DataSet:
    """What the parameter names; a resumed job takes the very file it began with, whatever its name means by now."""
    if parameter not in context.plan:
        found = _inputs.data_set(context.store, context.workspace, reference)
        context.keep_plan({**context.plan, parameter: asdict(found)})
        _inputs.remember(context, reference, found.fingerprint)
    return DataSet(**context.plan[parameter])


def looked_at(store: Store, params: TrainParams) -> formats.Table:
    """What a run would be given; a file is read where it lies, without being entered. DataError if no row is left."""
    if params.data in data.names(store):
        return rows(data.by_name(store, params.data), params.limit)
    table = formats.read(_inputs.data_file(store, params.data))
    return replace(table, rows=table.rows[: params.limit])


def rows(data: DataSet, limit: int | None = None) -> formats.Table:
    """The first `limit` rows to train on (None: all).

    Those for evaluation only are left out. DataError if none is left.
    """
    split = splits.of(data.card)
    left = splits.training(formats.read(Path(data.path)), split)
    if not left.rows:
        raise DataError(f"Every row of {data.name} is for evaluation only.", "Import it with a smaller --eval-share.")
    named = left.rows if split.family is None else [{**row, "family": row.get(split.family)} for row in left.rows]
    return formats.Table(left.layout, named[:limit], left.source)


def trainer(trainers: Trainers, table: formats.Table) -> Trainer:
    """The one that takes such rows. DataError for a layout that none takes."""
    if table.layout not in trainers:
        raise _inputs.other_layout(table.source, table.layout, trainers)
    return trainers[table.layout]


def checks(
    context: JobContext, params: TrainParams, data: DataSet, table: formats.Table, base: Model, limit: int | None = None
) -> dict[str, Any]:
    """What the checks say of the rows, before anything is loaded; what is wrong goes into the log. Nothing is refused.

    The same rows are looked at once: a second training on them waits for nothing.
    """
    which = _checking.identity(data.fingerprint, splits.of(data.card), limit)
    found = {"data": data.name, **_checking.checked(context, table, which, base, params.max_length)}
    grave = [one for level in LEVELS if level != "note" for one in found["findings"] if one["level"] == level]
    for one in grave:
        context.log(f"{data.name}, {one['level']}: {one['sentence']} {one['advice']}")
    if not grave:
        context.log(f"{data.name}: the checks found nothing to mend")
    return found
