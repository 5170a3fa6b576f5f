"""The metric family `perplexity` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Perplexity(evaluate_modules.FamilyMetric):
    FAMILY = "perplexity"
