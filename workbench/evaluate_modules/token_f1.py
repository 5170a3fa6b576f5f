"""The metric family `token_f1` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class TokenF1(evaluate_modules.FamilyMetric):
    FAMILY = "token-f1"
