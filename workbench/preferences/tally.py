"""How many were kept, and how many dropped for which reason: of one selection, or of the pages of a large one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

KEPT = "kept"


def counts(kept: int, reasons: Iterable[str]) -> dict[str, int]:
    """`kept`, then the dropped ones by reason, most frequent first, of equally frequent ones by name."""
    return added([{KEPT: kept}, Counter(reasons)])


def added(every: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of such counts, in the same order."""
    total: Counter[str] = Counter({KEPT: 0})
    for one in every:
        total.update(one)
    kept = total.pop(KEPT)
    return {KEPT: kept, **dict(sorted(total.items(), key=lambda reason: (-reason[1], reason[0])))}
