"""The metric family `chrf` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Chrf(evaluate_modules.FamilyMetric):
    FAMILY = "chrf"
