"""The metric family `accuracy` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Accuracy(evaluate_modules.FamilyMetric):
    FAMILY = "accuracy"
