"""Metrics: one file a family, each with `KIND`, `METRICS` and `samples(gold, given)`.

Nearly every metric of the field depends on its items through sums of one row an item: counts, squares, matched
n-grams. A family turns items into such rows and says what the sums come to; then one resampling of the items serves
all metrics at once (`measured`). Whatever has no value says why: no data is never a 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol, cast

from workbench import registry
from workbench.metrics._measure import (
    Difference,
    Measured,
    Metric,
    Sample,
    difference,
    mean,
    measured,
    redrawn,
    share,
)

__all__ = [
    "Difference", "Family", "Kind", "Measured", "Metric", "Sample", "difference", "get", "mean", "measured", "names",
    "redrawn", "share",
]  # fmt: skip

Kind = Literal["labels", "texts", "numbers", "tags", "loglikelihoods", "probabilities", "costs"]
"""What `gold` and `given` are, item by item, in the same order:

labels: a label each (given None: no answer). texts: a list of references, and a text. numbers: a number each.
tags: the IOB2 tags of a sentence each. loglikelihoods: a text, and its log-probability in nats. probabilities: the
number of the right class, and one probability a class. costs: tokens, and a pair: seconds, peak memory in bytes.
"""


class Family(Protocol):
    """What a module of this package offers."""

    KIND: Kind
    METRICS: tuple[Metric, ...]

    def samples(self, gold: Sequence[Any], given: Sequence[Any]) -> list[Sample]:
        """One sample a metric; ValueError: lengths that differ, or a value that cannot be."""


def names() -> tuple[str, ...]:
    """All families, without importing any."""
    return registry.names(__name__)


def get(name: str) -> Family:
    """The family of that name; UnknownName with the nearest ones otherwise."""
    return cast(Family, registry.get(__name__, name, "metric"))
