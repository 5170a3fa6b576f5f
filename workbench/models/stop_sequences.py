"""Where a text ends: before the first of its stop sequences."""

from __future__ import annotations

from collections.abc import Sequence


def stop_at(text: str, stop: Sequence[str]) -> int | None:
    """Where the first stop sequence begins; None if none is written. An empty one stops nothing."""
    found = [text.find(one) for one in stop if one]
    return min((at for at in found if at >= 0), default=None)
