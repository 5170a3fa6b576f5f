"""The metric family `entity_f1` as an evaluate module."""

from __future__ import annotations

from workbench import evaluate_modules


class EntityF1(evaluate_modules.FamilyMetric):
    FAMILY = "entity-f1"
