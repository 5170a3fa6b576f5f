"""The metric family `spearman` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Spearman(evaluate_modules.FamilyMetric):
    FAMILY = "spearman"
