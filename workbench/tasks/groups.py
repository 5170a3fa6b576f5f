"""Groups: a name that stands for several tasks, and the scores that lm-eval makes of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from workbench.errors import DataError
from workbench.statistics.mean import Z_975
from workbench.tasks import configuration, index


@dataclass(frozen=True, slots=True)
class Group:
    """`tasks` in the order of their names; `averaged`: (metric, weighted by the number of items)."""

    name: str
    tasks: tuple[str, ...]
    averaged: tuple[tuple[str, bool], ...] = ()


def group(name: str) -> Group | None:
    """The group or tag of that name, None for a task. DataError for a group that defines its tasks in place."""
    if index.is_foreign(name) or name in index.bundled():
        return None
    if name not in index.installed():
        return Group(name, tuple(sorted(index.tagged()[name]))) if name in index.tagged() else None
    config = configuration.read(index.path(name))  # a group is read before it is trusted to run
    if not isinstance(config.get("task"), list):
        return None
    averaged = [(one["metric"], bool(one.get("weight_by_size", True))) for one in _listed(config)]
    return Group(name, tuple(dict.fromkeys(_leaves(name, config["task"]))), tuple(averaged))


def scores(group: Group, metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Metric -> value, low, high and n over the tasks, as lm-eval aggregates: a mean of the tasks' values.

    `metrics` holds each task's. The interval puts the tasks' own together as independent; NaN where one is unknown.
    """
    found = {}
    for metric, weighted in group.averaged:
        parts = [its[metric] for its in metrics.values() if metric in its]
        if parts:
            found[metric] = _mean(parts, weighted)
    return found


def _mean(parts: Sequence[Mapping[str, Any]], weighted: bool) -> dict[str, Any]:
    sizes = [part["n"] if weighted else 1 for part in parts]
    shares = [size / sum(sizes) for size in sizes]
    value = sum(share * part["value"] for share, part in zip(shares, parts, strict=True))
    errors = [(part["high"] - part["low"]) / (2 * Z_975) for part in parts]
    half = Z_975 * sqrt(sum((share * error) ** 2 for share, error in zip(shares, errors, strict=True)))
    return {"value": value, "low": value - half, "high": value + half, "n": sum(part["n"] for part in parts)}


def _leaves(name: str, members: Sequence[Any]) -> list[str]:
    found: list[str] = []
    for member in members:
        if not isinstance(member, str):
            raise DataError(f"The group {name} defines a task in place: {member}.", "Run its tasks by their names.")
        inner = group(member)
        found += inner.tasks if inner else [member]
    return found


def _listed(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = config.get("aggregate_metric_list") or []
    return [found] if isinstance(found, dict) else list(found)
