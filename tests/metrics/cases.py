"""Items of every kind that a metric takes: a few ordinary ones, and those at which a metric may break."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench import metrics

Items = tuple[Sequence[Any], Sequence[Any]]

ORDINARY: dict[metrics.Kind, Items] = {
    "labels": (["a", "b", "a", "c", "b", "c"] * 4, ["a", "b", "b", "c", "a", None] * 4),
    "texts": (
        [["the cat sat on the mat"], ["one two three", "one"]] * 8,
        ["the cat sat on a mat", "two three"] * 8,
    ),
    "numbers": (list(range(20)), [(7 * at) % 20 for at in range(20)]),
    "tags": ([["B-PER", "I-PER", "O"], ["B-LOC", "O", "O"]] * 8, [["B-PER", "I-PER", "O"], ["O", "O", "B-LOC"]] * 8),
    "loglikelihoods": (["two words", "just three words"] * 8, [-8.0, -30.0] * 8),
    "probabilities": ([0, 1] * 8, [[0.6, 0.4], [0.7, 0.3]] * 8),
    "costs": ([10, 30] * 8, [(1.0, 5e8), (2.0, 7e8)] * 8),
}
UNICODE: dict[metrics.Kind, Items] = {
    "labels": (["はい", "いいえ"] * 6, ["はい", "はい"] * 6),
    "texts": ([["東京です"], ["Größe 👩‍🔬"]] * 6, ["東京です", "grosse\u0000\ud83d"] * 6),
    "numbers": ([0.0, 1e300, -1e300] * 4, [1e-300, 0.0, 5.0] * 4),
    "tags": ([["B-場所", "I-場所"]] * 12, [["B-場所", "O"]] * 12),
    "loglikelihoods": (["東京です", "👩‍🔬"] * 6, [-20.0, -40.0] * 6),
    "probabilities": ([0] * 12, [[1.0]] * 12),
    "costs": ([0, 10**15] * 6, [(1e-9, 0.0), (1e9, 1e15)] * 6),
}


def measured(name: str, items: Items, clusters: Any = None) -> dict[str, metrics.Measured]:
    return metrics.measured(metrics.get(name).samples(*items), np.random.default_rng(0), clusters)
