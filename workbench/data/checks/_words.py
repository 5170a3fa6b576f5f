"""Texts as checks compare them."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Runs of letters and digits, in their order, case folded and in Unicode's compatibility form (NFKC)."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def normalised(text: str) -> str:
    """The text without case and with single spaces: "Open  the door" and "open the door" come out the same.

    Marks stay: without them 5 + 3 would be 5 - 3.
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
