"""One primary metric a task: the number that stands for it in tables, and that judges its items one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

METRIC = "acc"
MEANS = ("mean", "nanmean")  # lm-eval's names of the aggregations that are the mean of the items' scores


def declared(definition: Mapping[str, Any]) -> list[str]:
    """The metrics that a task lists; a run that is not finished has no others yet."""
    return [str(one["metric"]) for one in definition.get("metric_list") or []]


def main_metric(names: Iterable[str], definition: Mapping[str, Any]) -> str:
    """Of the metrics of a run: accuracy where it has one, or has no metric yet; else the first that the task lists."""
    order = [METRIC, *declared(definition)]

    def place(name: str) -> tuple[int, str]:
        plain = name.partition(",")[0]  # after the comma stands a filter
        return order.index(plain) if plain in order else len(order), name

    return min(names, key=place, default=METRIC)


def judging_metric(scored: Iterable[Mapping[str, float]], definition: Mapping[str, Any]) -> str:
    """The metric that judges the items of a run one by one: the main one of those that score single items.

    `scored` holds the scores of each item.
    """
    return main_metric({name for scores in scored for name in scores}, definition)
