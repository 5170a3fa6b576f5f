"""What is joined to what through others: only raters, or models, that are joined can be put on one scale."""

from __future__ import annotations

import numpy as np


def reaches(edges: np.ndarray) -> np.ndarray:
    """Which of k nodes is reached from which along directed edges (k, k), itself included: (k, k) of booleans."""
    reached = np.asarray(edges, dtype=bool) | np.eye(len(edges), dtype=bool)
    for _ in range(len(edges).bit_length()):  # the longest path doubles each time
        reached = reached @ reached
    return reached


def groups(edges: np.ndarray) -> list[list[int]]:
    """The sets of nodes that are joined, edges taken as going both ways: node numbers ascending, every node once."""
    joined = reaches(edges | edges.T)
    return [np.flatnonzero(row).tolist() for at, row in enumerate(joined) if not row[:at].any()]
