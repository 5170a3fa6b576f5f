"""Labels as columns: one a class, 1 where the item belongs to it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

Label = Hashable


def classes(gold: Sequence[Label], given: Sequence[Label]) -> list[Label]:
    """The labels that occur, sorted as text; None, no answer, is not one. ValueError: lengths that differ."""
    if len(gold) != len(given):
        raise ValueError(f"{len(gold)} gold labels and {len(given)} given ones")
    return sorted({*gold, *given} - {None}, key=str)


def columns(labels: Sequence[Label], known: Sequence[Label]) -> np.ndarray:
    """(n, classes) of 0 and 1; a row of zeros for None."""
    at = {label: place for place, label in enumerate(known)}
    found = np.zeros((len(labels), len(known)))
    for row, label in enumerate(labels):
        if label is not None:
            found[row, at[label]] = 1
    return found
