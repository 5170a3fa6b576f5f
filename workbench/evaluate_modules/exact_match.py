"""The metric family `exact_match` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class ExactMatch(evaluate_modules.FamilyMetric):
    FAMILY = "exact-match"
