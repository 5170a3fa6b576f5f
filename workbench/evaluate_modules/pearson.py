"""The metric family `pearson` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Pearson(evaluate_modules.FamilyMetric):
    FAMILY = "pearson"
