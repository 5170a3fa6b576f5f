"""Words of a text with their places, and the case of one word given to another.

What perturbs or swaps changes words where they stand and leaves every other character as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""[start, end) in characters."""

_LETTER = r"[^\W\d_][\u0300-\u036f]*"  # a letter with its combining accents
# Possessive (++): a word that runs into a digit or an underscore ("10km", "B12", "x_1") is no word at all.
_WORD = re.compile(rf"(?<!\w)(?:{_LETTER})++(?:['’](?:{_LETTER})++)*+(?!\w)")


@dataclass(frozen=True, slots=True)
class Word:
    """Letters, also around an apostrophe ("don't"); no digits."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def words(text: str, protected: Sequence[Span] = ()) -> list[Word]:
    """The words in their order, without those that touch a protected span."""
    found = (Word(match.group(), match.start()) for match in _WORD.finditer(text))
    return [word for word in found if not any(word.start < end and start < word.end for start, end in protected)]


def replaced(text: str, changes: Iterable[tuple[Word, str]]) -> str:
    """The text with each word replaced; the words come in their order and do not overlap."""
    parts, position = [], 0
    for word, new in changes:
        parts += [text[position : word.start], new]
        position = word.end
    return "".join([*parts, text[position:]])


def with_case_of(model: str, word: str) -> str:
    """`word` in the case of `model`: "THE" gives "TEH", "The" gives "Teh", "the" gives "teh"; else unchanged."""
    if model.islower():
        return word.lower()
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
