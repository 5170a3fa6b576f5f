"""The metric family `matthews` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Matthews(evaluate_modules.FamilyMetric):
    FAMILY = "matthews"
