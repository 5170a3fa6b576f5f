"""Entity F1 (CoNLL 2003): an entity counts if its first word, its last word and its type are all right; micro.

Tags are IOB2. An I- that continues nothing of its type begins an entity, as in the conlleval script.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.metrics._measure import Metric, Sample, ratio

KIND = "tags"
PRECISION = Metric("entity_precision", "share")
RECALL = Metric("entity_recall", "share")
F1 = Metric("entity_f1", "share")
METRICS = (PRECISION, RECALL, F1)
Entity = tuple[str, int, int]


def samples(gold: Sequence[Sequence[str]], given: Sequence[Sequence[str]]) -> list[Sample]:
    """A sentence is an item; tags that were not given, where fewer came than there are words, are O."""
    pairs = [(set(entities(one)), set(entities(other))) for one, other in zip(gold, given, strict=True)]
    rows = np.array([[len(are & told), len(told), len(are)] for are, told in pairs], dtype=np.float64).reshape(-1, 3)
    return [
        Sample(PRECISION, rows, lambda sums: ratio(sums[..., 0], sums[..., 1]), "no entity was given"),
        Sample(RECALL, rows, lambda sums: ratio(sums[..., 0], sums[..., 2]), "there is no gold entity"),
        Sample(F1, rows, lambda sums: ratio(2 * sums[..., 0], sums[..., 1] + sums[..., 2]),
               "there is no entity, gold or given"),
    ]  # fmt: skip


def entities(tags: Sequence[str]) -> list[Entity]:
    """(type, first word, last word) of each entity, in order; words are counted from 0."""
    found: list[Entity] = []
    before = "O"
    for at, tag in enumerate(tags):
        prefix, _, kind = tag.partition("-")
        if prefix == "I" and before[2:] == kind and before != "O":
            found[-1] = (kind, found[-1][1], at)
        elif prefix in ("B", "I"):
            found.append((kind, at, at))
        before = tag
    return found
