"""A text as words and marks with their places; a compound ("she-wolf") is one word."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\w+(?:['’-]\w+)*|[^\w\s]")
_SENTENCE_ENDS = {".", "!", "?"}
_OPENING = {'"', "“", "‘", "'", "("}


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int

    @property
    def core(self) -> str:
        """What stands before an apostrophe, in lower case: "she" of "She'll"."""
        return self.head.lower()

    @property
    def head(self) -> str:
        """What stands before an apostrophe, as written: "She" of "She'll"."""
        return re.split("['’]", self.text, maxsplit=1)[0]

    @property
    def tail(self) -> str:
        """The apostrophe and what follows it: "'ll" of "She'll"; mostly empty."""
        return self.text[len(self.head) :]

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum() or self.text[0] == "_"


def tokens(text: str) -> list[Token]:
    return [Token(match.group(), match.start()) for match in _TOKEN.finditer(text)]


def opens_sentence(found: list[Token], index: int) -> bool:
    """True for the first word of the text, after a full stop, and after a quotation mark or bracket that opens."""
    return index == 0 or found[index - 1].text in _SENTENCE_ENDS | _OPENING | {":", "…"}


def sentence_of(found: list[Token]) -> list[int]:
    """The number of its sentence for each token."""
    numbers, number = [], 0
    for token in found:
        numbers.append(number)
        number += token.text in _SENTENCE_ENDS
    return numbers
