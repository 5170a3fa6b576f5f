"""The metric family `calibration` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Calibration(evaluate_modules.FamilyMetric):
    FAMILY = "calibration"
