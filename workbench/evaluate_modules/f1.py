"""The metric family `f1` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class F1(evaluate_modules.FamilyMetric):
    FAMILY = "f1"
