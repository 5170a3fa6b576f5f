"""The metrics as `evaluate` modules, which load offline by path: `evaluate.load(".../evaluate_modules/f1.py")`.

Each file is a metric family of the same name. `compute` gives every value, its n and its 95 % interval, and a reason
where one of them is NaN.
"""

from __future__ import annotations

from typing import Any, ClassVar

import evaluate
import numpy as np

import datasets
from workbench import metrics

_ITEMS: dict[metrics.Kind, tuple[Any, Any]] = {
    "labels": (datasets.Value("string"), datasets.Value("string")),
    "texts": (datasets.Sequence(datasets.Value("string")), datasets.Value("string")),
    "numbers": (datasets.Value("float64"), datasets.Value("float64")),
    "tags": (datasets.Sequence(datasets.Value("string")), datasets.Sequence(datasets.Value("string"))),
    "loglikelihoods": (datasets.Value("string"), datasets.Value("float64")),
    "probabilities": (datasets.Value("int64"), datasets.Sequence(datasets.Value("float64"))),
    "costs": (datasets.Value("float64"), datasets.Sequence(datasets.Value("float64"))),
}
"""What an item of `references` and of `predictions` is; see metrics.Kind."""


class FamilyMetric(evaluate.Metric):
    """A family of workbench.metrics; a subclass names it."""

    FAMILY: ClassVar[str]

    def _info(self) -> evaluate.MetricInfo:
        family = metrics.get(self.FAMILY)
        gold, given = _ITEMS[family.KIND]
        return evaluate.MetricInfo(
            description=str(family.__doc__),
            citation="",
            inputs_description=metrics.__doc__ or "",
            features=datasets.Features({"predictions": given, "references": gold}),
        )

    def _compute(self, predictions: list[Any], references: list[Any], seed: int = 0) -> dict[str, Any]:
        """name, name_low, name_high, name_n, and name_reason where there is one; `seed` fixes the draws."""
        found = metrics.measured(metrics.get(self.FAMILY).samples(references, predictions), np.random.default_rng(seed))
        return {key: value for name, one in found.items() for key, value in _flat(name, one).items()}


def _flat(name: str, found: metrics.Measured) -> dict[str, Any]:
    at = found.interval
    values = {name: at.estimate, f"{name}_low": at.low, f"{name}_high": at.high, f"{name}_n": at.n}
    return values | ({f"{name}_reason": found.reason} if found.reason else {})
