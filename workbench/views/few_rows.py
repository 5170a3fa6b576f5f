"""Whether the rows of a training are few, before it is queued: for the form, the export's question, the command."""

from __future__ import annotations

from itertools import islice

from workbench import jobs as kinds
from workbench.data import files
from workbench.jobs import _inputs
from workbench.jobs._train_params import TrainParams
from workbench.spec import JobSpec
from workbench.store import Store, data
from workbench.training import few_rows as few


def few_rows(store: Store, spec: JobSpec) -> str | None:
    """What can be expected of so few rows; None where there are enough, and of plain text, whose documents say little.

    Raises what `jobs.check` does for data or settings that cannot be trained with.
    """
    module = kinds.kind(spec.kind)
    params: TrainParams = module.Params(**spec.params)
    if _inputs.layout_of(store, params.data) == "text":
        return None
    return few.warning(_rows(store, params), module.settings(params))


def _rows(store: Store, params: TrainParams) -> int:
    """How many would be trained on, at most few.FEWEST: more are enough."""
    most = min(params.limit or few.FEWEST, few.FEWEST)
    if params.data in data.names(store):
        found = data.by_name(store, params.data)
        return min(most, int(found.card.get("training", found.rows)))
    return sum(1 for _ in islice(files.stream(_inputs.data_file(store, params.data)), most))
