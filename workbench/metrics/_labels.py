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
    places = np.array([-1 if label is None else at[label] for label in labels], dtype=np.int64)
    return np.equal.outer(places, np.arange(len(known))).astype(np.float64)
