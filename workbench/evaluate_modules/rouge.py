"""The metric family `rouge` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Rouge(evaluate_modules.FamilyMetric):
    FAMILY = "rouge"
