"""The metric family `confusion` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Confusion(evaluate_modules.FamilyMetric):
    FAMILY = "confusion"
