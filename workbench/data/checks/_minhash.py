"""Which sets of words overlap widely, without comparing every two: MinHash with bands (Broder 1997).

Each text becomes its set of runs of three words, each run a 32-bit number, and the set a signature of 100 minima.
Texts that agree in one band of four minima are compared exactly. A pair with a Jaccard similarity of 0.7 meets so with
a probability of 1 - (1 - 0.7^4)^25 = 99.9 %, one of 0.8 with 99.999 %.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray

SHINGLE = 3
_BANDS, _ROWS = 25, 4
_LEADERS = 8  # kept of a crowd that agrees in a band: bounds the comparisons, see `near`
_CHUNK = 4096  # shingles hashed at a time: bounds the memory of one very long text


def shingles(words: Sequence[str]) -> Numbers:
    """The set of runs of three words as sorted uint32 numbers; a text of fewer words has none."""
    import numpy as np

    if len(words) < SHINGLE:
        return np.empty(0, dtype=np.uint32)
    hashes = np.fromiter((zlib.crc32(word.encode("utf-8")) for word in words), dtype=np.uint64, count=len(words))
    runs = hashes[: len(words) - SHINGLE + 1].copy()
    for at in range(1, SHINGLE):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + hashes[at : len(words) - SHINGLE + 1 + at]
    return np.unique((runs * np.uint64(0xC2B2AE3D27D4EB4F) >> np.uint64(32)).astype(np.uint32))


def jaccard(a: Numbers, b: Numbers) -> float:
    """Shared over all, 0..1; 0 where one is empty."""
    import numpy as np

    shared = np.intersect1d(a, b, assume_unique=True).size
    return shared / (a.size + b.size - shared) if shared else 0.0


def near(sets: Sequence[Numbers], threshold: float) -> dict[int, tuple[int, float]]:
    """Text -> (an earlier text at or above the threshold, their Jaccard similarity), by position; others are absent.

    Memory: 400 bytes a text beside the sets. Where a crowd agrees in a band (thousands of rows of one template), each
    text is compared with the first eight unlike ones of the crowd only: what is found is then a lower bound.
    """
    found: dict[int, tuple[int, float]] = {}
    for crowd in _crowds(_signatures(sets)):
        leaders: list[int] = []
        for text in crowd:
            if text not in found:
                best = max(((jaccard(sets[one], sets[text]), -one) for one in leaders), default=(0.0, 0))
                if best[0] >= threshold:
                    found[text] = (-best[1], best[0])
                    continue
            if len(leaders) < _LEADERS:
                leaders.append(text)
    return found


def _signatures(sets: Sequence[Numbers]) -> Numbers:
    """(texts, bands * rows) uint32: the minima of each set under as many hash functions (multiply-shift)."""
    import numpy as np

    rng = np.random.default_rng(0)
    factors = rng.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
    signatures = np.full((len(sets), _BANDS * _ROWS), 2**32 - 1, dtype=np.uint32)
    for text, runs in enumerate(sets):
        for start in range(0, runs.size, _CHUNK):
            hashed = factors[:, None] * runs[None, start : start + _CHUNK].astype(np.uint64) >> np.uint64(32)
            signatures[text] = np.minimum(signatures[text], hashed.min(axis=1).astype(np.uint32))
    return signatures


def _crowds(signatures: Numbers) -> Iterator[Iterable[int]]:
    """Positions, in their order, of the texts that agree in all minima of a band, two or more."""
    import numpy as np

    for band in range(_BANDS):
        keys = np.zeros(len(signatures), dtype=np.uint64)
        for column in range(band * _ROWS, (band + 1) * _ROWS):
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + signatures[:, column]
        order = np.argsort(keys, kind="stable")
        cuts = np.flatnonzero(np.diff(keys[order])) + 1
        starts, ends = np.append(0, cuts), np.append(cuts, len(order))
        for crowd in np.flatnonzero(ends - starts > 1):
            yield order[starts[crowd] : ends[crowd]].tolist()
