"""The metric family `bleu` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class Bleu(evaluate_modules.FamilyMetric):
    FAMILY = "bleu"
