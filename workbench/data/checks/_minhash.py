"""Which sets of words overlap widely, without comparing every two: MinHash with bands (Broder 1997).

Each text becomes its set of runs of three words, each run a 32-bit number, and the set a signature of 100 minima.
Texts that agree in one band of four minima are compared. A pair with a Jaccard similarity of 0.7 meets so with a
probability of 1 - (1 - 0.7^4)^25 = 99.9 %, one of 0.8 with 99.999 %. Many that meet are far from alike: a sketch of
2,048 bits a text bounds the similarity of two from above, and only what it leaves open is compared exactly.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray

SHINGLE = 3
_BANDS, _ROWS = 25, 4
_LEADERS = 8  # kept of a crowd that agrees in a band: bounds the comparisons, see `near`
_CHUNK = 4096  # shingles hashed, or texts bounded, at a time: bounds the memory
_AT_ONCE = 100_000  # keys of bands sorted at a time
_BITS = 11  # of a shingle's number: which of the 2,048 bits of a sketch it sets


def shingles(words: Sequence[str]) -> Numbers:
    """The set of runs of three words as sorted uint32 numbers; a text of fewer words has none."""
    import numpy as np

    if len(words) < SHINGLE:
        return np.empty(0, dtype=np.uint32)
    known = {word: zlib.crc32(word.encode("utf-8")) for word in set(words)}
    hashes = np.fromiter(map(known.__getitem__, words), dtype=np.uint64, count=len(words))
    runs = hashes[: len(words) - SHINGLE + 1].copy()
    for at in range(1, SHINGLE):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + hashes[at : len(words) - SHINGLE + 1 + at]
    return np.unique((runs * np.uint64(0xC2B2AE3D27D4EB4F) >> np.uint64(32)).astype(np.uint32))


def jaccard(a: Numbers, b: Numbers) -> float:
    """Shared over all, 0..1; 0 where one is empty."""
    import numpy as np

    shared = np.intersect1d(a, b, assume_unique=True).size
    return shared / (a.size + b.size - shared) if shared else 0.0


def grouped(*keys: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Places in the order of their keys (the first counts most), and where each group of equal ones starts and ends.

    In a group places ascend.
    """
    import numpy as np

    order = np.lexsort(keys[::-1])
    cuts = np.flatnonzero(np.any([np.diff(key[order]) for key in keys], axis=0)) + 1
    return order, np.append(0, cuts), np.append(cuts, len(order))


def near(sets: Sequence[Numbers], threshold: float) -> dict[int, tuple[int, float]]:
    """Text -> (an earlier text at or above the threshold, their Jaccard similarity), by position; others are absent.

    Memory: half a kilobyte a text beside the sets, which may be made when they are asked for. Where a crowd agrees in a
    band (thousands of rows of one template), each text is compared with the first eight unlike ones of the crowd only:
    what is found is then a lower bound.
    """

    found: dict[int, tuple[int, float]] = {}
    if len(sets) < 2:
        return found
    bands, sketches = _marks(sets)
    for crowd in _crowds(bands, sketches, threshold):
        leaders: list[int] = []
        for text in crowd:
            if leaders and text not in found:
                best = _closest(text, leaders, sets, sketches, threshold)
                if best[1] >= threshold:
                    found[text] = best
                    continue
            if len(leaders) < _LEADERS:
                leaders.append(text)
    return found


def _closest(
    text: int, leaders: Sequence[int], sets: Sequence[Numbers], sketches: _Sketches, threshold: float
) -> tuple[int, float]:
    """The first of the leaders that are most similar, and how similar; 0 where none can be at the threshold."""
    possible = sketches.most(leaders, text) >= threshold
    return max(
        ((one, jaccard(sets[one], sets[text])) for one, open_ in zip(leaders, possible, strict=True) if open_),
        key=lambda pair: pair[1],
        default=(text, 0.0),
    )


@dataclass(frozen=True, slots=True)
class _Sketches:
    """Of each text: the bits that its shingles set, (texts, words) uint64, how many shingles, and how many share one.

    `sizes` and `hidden` are (texts,) int32; `hidden` is the number of shingles less that of the bits set.
    """

    bits: Numbers
    sizes: Numbers
    hidden: Numbers

    def most(self, one: Numbers | Sequence[int], other: Numbers | int) -> Numbers:
        """The largest Jaccard similarity that the texts at `one` and those at `other` can have, a pair at a time.

        Shingles in common set bits in common; what shares a bit with another hides behind it.
        """
        import numpy as np

        seen = np.bitwise_count(self.bits[one] & self.bits[other]).sum(axis=-1, dtype=np.int32)
        shared = np.minimum(seen + np.minimum(self.hidden[one], self.hidden[other]), self.sizes[one])
        shared = np.minimum(shared, self.sizes[other])
        most: Numbers = shared / np.maximum(self.sizes[one] + self.sizes[other] - shared, 1)
        return most


def _marks(sets: Sequence[Numbers]) -> tuple[Numbers, _Sketches]:
    """(texts, bands) uint64: the minima of each set under the hash functions of a band, as one; and the sketches."""
    import numpy as np

    rng = np.random.default_rng(0)
    factors = rng.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
    bands = np.empty((len(sets), _BANDS), dtype=np.uint64)
    bits, sizes = np.zeros((len(sets), 2**_BITS // 64), dtype=np.uint64), np.empty(len(sets), dtype=np.int32)
    for text, runs in enumerate(sets):
        bands[text], bits[text], sizes[text] = _folded(_minima(runs, factors)), _set_bits(runs), runs.size
    return bands, _Sketches(bits, sizes, sizes - np.bitwise_count(bits).sum(axis=1, dtype=np.int32))


def _minima(runs: Numbers, factors: Numbers) -> Numbers:
    """Those of one set under every hash function (multiply-shift)."""
    import numpy as np

    minima = np.full(factors.size, 2**32 - 1, dtype=np.uint32)
    for start in range(0, runs.size, _CHUNK):
        hashed = factors[:, None] * runs[None, start : start + _CHUNK].astype(np.uint64)
        minima = np.minimum(minima, (hashed.min(axis=1) >> np.uint64(32)).astype(np.uint32))
    return minima


def _folded(minima: Numbers) -> Numbers:
    """A number a band."""
    import numpy as np

    keys = np.zeros(_BANDS, dtype=np.uint64)
    for row in range(_ROWS):
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + minima.reshape(_BANDS, _ROWS)[:, row]
    return keys


def _set_bits(runs: Numbers) -> Numbers:
    import numpy as np

    flags = np.zeros(2**_BITS, dtype=bool)
    flags[runs >> np.uint32(32 - _BITS)] = True
    return np.packbits(flags).view(np.uint64)


def _crowds(bands: Numbers, sketches: _Sketches, threshold: float) -> Iterator[list[int]]:
    """Texts that agree in a band, in their order, where some may be like one of the first eight; band by band."""
    import numpy as np

    texts = len(bands)
    step = max(1, _AT_ONCE // texts)
    for start in range(0, _BANDS, step):
        keys = bands[:, start : start + step].T.ravel()
        order, starts, ends = grouped(np.arange(len(keys)) // texts, keys)
        order %= texts
        for crowd in _alike(order, np.repeat(starts, ends - starts), sketches, threshold)[starts].nonzero()[0]:
            yield order[starts[crowd] : ends[crowd]].tolist()


def _alike(order: Numbers, first: Numbers, sketches: _Sketches, threshold: float) -> Numbers:
    """(places,) bool: true where a crowd starts in `order` whose texts may be alike; `first` is each place's start."""
    import numpy as np

    behind = np.arange(len(order)) - first
    alike = np.zeros(len(order), dtype=bool)
    for leader in range(min(_LEADERS, behind.max())):
        later = np.flatnonzero(behind > leader)
        for at in range(0, len(later), _CHUNK):
            texts = later[at : at + _CHUNK]
            close = sketches.most(order[texts], order[first[texts] + leader]) >= threshold
            alike[first[texts[close]]] = True
    return alike
