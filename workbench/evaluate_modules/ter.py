"""The metric family `ter` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Ter(evaluate_modules.FamilyMetric):
    FAMILY = "ter"
