"""Groups: a name that stands for several tasks, and the scores that lm-eval makes of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from workbench.errors import DataError, UnknownName
from workbench.statistics.mean import Z_975, Interval
from workbench.tasks import configuration, index, members
from workbench.tasks.kept_metrics import interval
from workbench.tasks.members import Member


@dataclass(frozen=True, slots=True)
class Group:
    """`tasks` by the names to run them by, see members; `averaged`: (metric, weighted by the number of items)."""

    name: str
    tasks: tuple[str, ...]
    averaged: tuple[tuple[str, bool], ...] = ()


def group(name: str) -> Group | None:
    """The group or tag of that name, None for a task; a YAML file of the user's may be a group too."""
    if index.MEMBER in name or name in index.bundled():
        return None
    if not index.is_foreign(name) and name not in index.installed():
        return Group(name, tuple(sorted(index.tagged()[name]))) if name in index.tagged() else None
    config = configuration.read(index.path(name))  # a group is read before it is trusted to run
    if not isinstance(config.get("task"), list):
        return None
    averaged = [(one["metric"], bool(one.get("weight_by_size", True))) for one in _listed(config)]
    tasks = [one.name(name) for one in _members(name, config)]
    if not tasks:
        raise DataError(f"The group {name} has no tasks.", "List their names below its key `task`.")
    return Group(name, tuple(dict.fromkeys(tasks)), tuple(averaged))


def tasks_of(name: str) -> tuple[str, ...]:
    """The tasks that a name stands for: those of a group or a tag; a task stands for itself."""
    found = group(name)
    return found.tasks if found else (name,)


def _members(name: str, config: dict[str, Any]) -> list[Member]:
    """DataError with the file where one of the user's names what there is not."""
    try:
        return members.members(config, configuration.read)
    except UnknownName as error:
        if not index.is_foreign(name):
            raise
        raise DataError(f"{name}: there is no task {error.name!r}.", error.hint) from error
    except DataError as error:
        if not index.is_foreign(name):
            raise
        raise DataError(f"{name}: {error.message[0].lower()}{error.message[1:]}", error.hint) from error


def scores(group: Group, metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Metric -> value, low, high and n over the tasks, as lm-eval aggregates: a mean of the tasks' values.

    `metrics` holds each task's. The interval puts the tasks' own together as independent; NaN where one is unknown.
    """
    found = {}
    for metric, weighted in group.averaged:
        parts = [interval(its[metric]) for its in metrics.values() if metric in its]
        if parts:
            found[metric] = _mean(parts, weighted)
    return found


def _mean(parts: Sequence[Interval], weighted: bool) -> dict[str, Any]:
    sizes = [part.n if weighted else 1 for part in parts]
    shares = [size / sum(sizes) for size in sizes]
    value = sum(share * part.estimate for share, part in zip(shares, parts, strict=True))
    errors = [(part.high - part.low) / (2 * Z_975) for part in parts]
    half = Z_975 * sqrt(sum((share * error) ** 2 for share, error in zip(shares, errors, strict=True)))
    return {"value": value, "low": value - half, "high": value + half, "n": sum(part.n for part in parts)}


def _listed(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = config.get("aggregate_metric_list") or []
    return [found] if isinstance(found, dict) else list(found)
