"""Two versions of a text with the words that differ marked in both, by signs that need no colour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

OPEN, CLOSE = "«", "»"


def marked(before: str, after: str) -> tuple[str, str]:
    """Both texts, each stretch of words and white space that the other lacks as «stretch»."""
    first, second = _pieces(before), _pieces(after)
    same = SequenceMatcher(None, first, second).get_matching_blocks()
    return _mark(first, [(block.a, block.size) for block in same]), _mark(
        second, [(block.b, block.size) for block in same]
    )


def _pieces(text: str) -> list[str]:
    """Words and the white space between them."""
    return re.findall(r"\s+|\S+", text)


def _mark(pieces: Sequence[str], same: Sequence[tuple[int, int]]) -> str:
    kept = {start + at for start, size in same for at in range(size)}
    stretches = groupby(range(len(pieces)), kept.__contains__)
    texts = ((same, "".join(pieces[at] for at in places)) for same, places in stretches)
    return "".join(text if same else f"{OPEN}{text}{CLOSE}" for same, text in texts)
