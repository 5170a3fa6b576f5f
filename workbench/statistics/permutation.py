"""Is the mean of paired differences zero? Asked by flipping their signs, so no distribution is assumed.

If the two sides of each pair are exchangeable, every pattern of signs is equally likely (Fisher 1935).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

EXACT_UP_TO = 16  # 2**16 patterns of signs are all tried; beyond that a sample of them
DRAWS = 10_000
_BLOCK = 1 << 20  # signs held in memory at a time


def sign_flip(differences: Sequence[float], rng: np.random.Generator, draws: int = DRAWS) -> float:
    """Two-sided p-value of the mean of n differences; NaN without any.

    Exact for n <= 16, and `rng` is not used. Otherwise (b + 1) / (draws + 1), where b counts the drawn patterns
    whose sum is at least as far from 0 as the observed one (Phipson & Smyth 2010): never below 1 / (draws + 1).
    Equal sums count as at least as far, up to rounding. ValueError: a difference that is not finite.
    """
    values = np.asarray(differences, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("A difference is not a finite number.")
    if values.size == 0:
        return nan
    threshold = abs(values.sum()) - 1e-12 * np.abs(values).sum()
    if values.size <= EXACT_UP_TO:
        return float(np.mean(np.abs(_all_sums(values)) >= threshold))
    beyond = sum(int((np.abs(sums) >= threshold).sum()) for sums in _drawn_sums(values, rng, draws))
    return (beyond + 1) / (draws + 1)


def _all_sums(values: np.ndarray) -> np.ndarray:
    """The sums under all 2**n patterns of signs: (2**n,)."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums


def _drawn_sums(values: np.ndarray, rng: np.random.Generator, draws: int) -> list[np.ndarray]:
    """The sums under `draws` random patterns of signs, drawn in blocks so that memory stays bounded."""
    block = max(1, _BLOCK // values.size)
    sizes = [min(block, draws - start) for start in range(0, draws, block)]
    return [rng.choice((-1.0, 1.0), size=(size, values.size)) @ values for size in sizes]
