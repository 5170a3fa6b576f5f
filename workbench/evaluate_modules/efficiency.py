"""The metric family `efficiency` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Efficiency(evaluate_modules.FamilyMetric):
    FAMILY = "efficiency"
