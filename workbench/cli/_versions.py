"""Versions of a rubric whose judgments count together, as a line below or above what they come to."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 8  # letters of a hash


def pooled(hashes: Sequence[str]) -> str:
    """Which they are, and how to take one."""
    known = ", ".join(one[:_SHOWN] for one in hashes)
    return f"{len(hashes)} versions of the rubric count together: {known} (--version takes one)"
