"""mix-data: several data sets as one, each with its share of the rows; entered under a name of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import Field

from workbench.data import sources, trl
from workbench.data.imports import Imported
from workbench.data.mixtures import spec as mixture_spec
from workbench.data.mixtures import templates
from workbench.data.mixtures.mix import Mixed, mix
from workbench.data.mixtures.pool import Given, Look
from workbench.data.mixtures.spec import Mixture, Order
from workbench.data.recognise import Meaning
from workbench.data.splits import Split
from workbench.errors import DataError
from workbench.jobs import _inputs, _mixing
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, Table
from workbench.records import Lane
from workbench.spec import canonical_json
from workbench.store import Store
from workbench.store import data as data_sets
from workbench.workspace import Workspace

LANE: Lane = "light"
_NAME = "mixture"
_ROWS_A_LOOK = 1000


class Params(JobParams):
    """Which sets, how much of each, and in what order."""

    sources: Table = Field(description="the sets and their weights: reviews = 3, talk = {quota = 200, shots = 2}")
    replay: Table | None = Field(None, description="older sets and their share of the whole: old = 0.1")
    name: str | None = Field(None, description=f"name of the new data set (empty: {_NAME})")
    rows: int | None = Field(None, ge=1, description="rows in all (empty: until a source's rows would come twice)")
    temperature: float = Field(1.0, gt=0, description="1: shares by size or weight; larger: nearer to equal shares")
    cap: int | None = Field(None, ge=1, description="most rows for which the size of a set counts (empty: all)")
    order: Order = Field("shuffled", description="of the rows: length and column rise, as a curriculum")
    column: str | None = Field(None, description="the column that orders the rows, for order column")
    reverse: bool = Field(False, description="longest or largest first")
    seed: int = Field(42, ge=0, description="of rows, wordings, examples and order")

    def mixture(self) -> Mixture:
        """What is mixed; UsageError for tables and numbers that contradict each other."""
        numbers = self.model_dump(exclude={"sources", "replay", "name"})
        made = Mixture(mixture_spec.parts(self.sources, self.replay), **numbers)
        mixture_spec.check(made)
        return made


def title(params: Params) -> str:
    return f"mix {', '.join(params.sources)}"


def check(store: Store, params: Params) -> None:
    for part in params.mixture().parts:
        _mixing.check(store, part.data)
        if part.templates is not None:
            templates.load(part.templates)
    if _name(params) in data_sets.names(store):
        raise DataError(f"There is a data set {_name(params)!r} already.", "Choose another name.")


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    def look(what: str) -> None:
        context.check_cancelled()
        context.progress(0, 0, what)

    sources.clear_stale_parts(context.workspace)
    with mixed(context.store, params, look) as (made, sets):
        name = _name(params)
        kept = sources.keep_rows(_told(context, made), context.workspace, name)
        counts = [asdict(one) for one in made.counts]
        found = Imported(kept, Meaning(made.layout, evidence=_evidence(made)), 0)
        said = {
            "mixture": canonical_json(params.model_dump(exclude={"name"})),
            "tasks": canonical_json({one.task: one.rows for one in made.counts}),
            "from": canonical_json({part.name: part.fingerprint for part in sets}),
        }
    entered = _inputs.enter(context.store, found, name, f"a mixture of {_names(sets)}", Split(), said)
    return {"data": name, "rows": entered.rows, "layout": entered.layout, "counts": counts}


@contextmanager
def mixed(store: Store, params: Params, look: Look) -> Iterator[tuple[Mixed, list[Given]]]:
    """The mixture and its sets, to be read while the context is open: files are read into a folder that goes then."""
    mixture = params.mixture()
    with TemporaryDirectory() as folder:
        scratch = Workspace(Path(folder))
        sets: list[Given] = []
        for part in mixture.parts:
            look(part.data)
            sets.append(_mixing.given(store, part.data, scratch))
        yield mix(mixture, sets, look), sets


def _told(context: JobContext, made: Mixed) -> Iterator[dict[str, Any]]:
    """The rows, with how far they are."""
    for number, row in enumerate(made.rows(), 1):
        if number % _ROWS_A_LOOK == 1:
            context.progress(number, len(made), "rows written")
        yield row
    context.progress(len(made), len(made), "rows written")


def _name(params: Params) -> str:
    return params.name or _NAME


def _names(sets: list[Given]) -> str:
    return ", ".join(dict.fromkeys(one.name for one in sets))


def _evidence(made: Mixed) -> str:
    return f"layout {made.layout} ({trl.FORMATS[made.layout]}), from {len(made.counts)} tasks"
