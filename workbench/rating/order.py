"""The order in which one rater sees the answers of one item: drawn by hash, blind to the model."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.spec import derived_seed


def draw(completions: Sequence[int], seed: int, item_id: int, rater: str) -> tuple[int, ...]:
    """The completions in the drawn order; the same for the same (seed, item, rater) on every machine."""
    return tuple(sorted(completions, key=lambda completion: derived_seed(seed, item_id, rater, completion)))
