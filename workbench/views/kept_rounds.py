"""What Home shows of each round, as it was kept last: reading it is quick. Computing it is a matter of rounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.statistics.mean import Interval
from workbench.store import Store, summaries

if TYPE_CHECKING:
    from workbench.views.signs import Sign

_KEPT = "figures of rounds"
DEFAULT_TASK = "multiple_choice"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its interval and what it says. `sign`: better, worse, nothing to be seen, nothing to compare.

    `seen`: items of the benchmark that stand in what the model was trained on, None where that is not known. `metric`:
    what the number of a benchmark is, `perplexity, lower is better`; empty of anything else.
    """

    name: str
    value: Interval
    sign: Sign
    verdict: str
    seen: int | None = None
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """One figure a kind; None where it was not measured.

    `bench`: on the task that stands for the model's lineage (see headline); `stress`: mean change of an item's score
    over all perturbations, each item counted once; `bias`: nats by which a favourable answer about men is likelier than
    about women, or the measure that was found where that is another.
    """

    bench: Figure | None = None
    stress: Figure | None = None
    bias: Figure | None = None


def kept(store: Store) -> dict[str, Figures]:
    """The figures by model's name as they were kept last; empty before the first time."""
    body = summaries.note(store, _KEPT)
    return {name: _read(one) for name, one in body["models"].items()} if body else {}


def current(store: Store) -> bool:
    """Whether the kept figures are those of all models and finished runs."""
    body = summaries.note(store, _KEPT)
    return body is not None and body["stamp"] == summaries.measured(store)


def put(
    store: Store, stamp: str, found: Mapping[str, Figures], missing: dict[str, list[str]], where: dict[str, Any]
) -> None:
    """Keep the figures by model's name for the next look at Home.

    `stamp`: what summaries.measured said before they were computed; `missing`: model -> the kinds of measurement that
    it lacks; `where`: model -> the task, and the number of its items, that its lineage is shown on.
    """
    models = {name: _write(one) for name, one in found.items()}
    summaries.put_note(store, _KEPT, {"stamp": stamp, "models": models, "missing": missing, "where": where})


def missing(store: Store, names: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
    """(kind of job, parameters) that would measure these models, as of what was kept; empty before that."""
    body = summaries.note(store, _KEPT)
    if body is None:
        return []
    return [
        (kind, {"model": name, **({} if kind == "bias" else body["where"].get(name, {"task": DEFAULT_TASK}))})
        for name in names
        for kind in body["missing"].get(name, ())
    ]


def _write(one: Figures) -> dict[str, Any]:
    return {kind: _figure_json(getattr(one, kind)) for kind in ("bench", "stress", "bias")}


def _figure_json(one: Figure | None) -> list[Any] | None:
    if one is None:
        return None
    value = one.value
    numbers = [None if math.isnan(x) else x for x in (value.estimate, value.low, value.high)]
    return [one.name, *numbers, value.n, one.sign, one.verdict, one.seen, one.metric]


def _read(body: dict[str, Any]) -> Figures:
    return Figures(**{kind: _figure(values) for kind, values in body.items()})


def _figure(values: list[Any] | None) -> Figure | None:
    if values is None:
        return None
    name, *numbers, n, found, verdict, seen, metric = values
    estimate, low, high = (math.nan if x is None else x for x in numbers)
    return Figure(name, Interval(estimate, low, high, n), found, verdict, seen, metric)
