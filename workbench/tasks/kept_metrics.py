"""The metrics of a run as it keeps them: JSON has no NaN, so None stands for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import nan
from typing import Any

from workbench.statistics.mean import Interval


def interval(kept: Mapping[str, Any]) -> Interval:
    """Its value with the 95 % interval; NaN for what is not known."""
    value, low, high = (nan if kept[key] is None else float(kept[key]) for key in ("value", "low", "high"))
    return Interval(value, low, high, kept["n"])


def class_of(name: str) -> int | None:
    """The number of the class, from 0, that a metric is of: 2 for `f1[2]`; None for a metric of all classes."""
    found = re.fullmatch(r"\w+\[(\d+)\]", name)
    return int(found[1]) if found else None
