"""The sequences of tokens that a row becomes: what is read, what is learned, and what max_length takes away. Light."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Protocol

TEXT = "text"  # the name of plain text's sequences, which have neither prompt nor answer


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """`prompt` carries no loss, `answer` does; `cut` is the end of the answer beyond max_length.

    name: answer, chosen, rejected or TEXT. silent: the stretches of `answer` that carry no loss all the same: what is
    asked between several answers of one conversation.
    """

    name: str
    prompt: list[int]
    answer: list[int]
    cut: list[int]
    silent: tuple[range, ...] = ()

    @property
    def length(self) -> int:
        """Tokens that the trainer sees."""
        return len(self.prompt) + len(self.answer)

    @property
    def learned(self) -> list[int]:
        """The tokens that carry loss."""
        return learned(self.answer, self.silent)

    @property
    def key(self) -> Hashable:
        """Equal for sequences that train alike."""
        return tuple(self.prompt), tuple(self.answer)


class Tokenised(Protocol):
    """A row as its trainer cuts it."""

    def sequences(self, max_length: int) -> tuple[TokenSequence, ...]:
        """One for each answer; the prompt stays whole, answers lose their end (TRL's keep_start)."""


def sequence(
    name: str, prompt: list[int], answer: list[int], max_length: int, silent: tuple[range, ...] = ()
) -> TokenSequence:
    """Cut at `max_length` tokens, prompt and answer together."""
    room = max(0, max_length - len(prompt))
    return TokenSequence(name, prompt, answer[:room], answer[room:], silent)


def learned(answer: list[int], silent: tuple[range, ...]) -> list[int]:
    """What is left of an answer without the stretches that carry no loss."""
    return [token for at, token in enumerate(answer) if not any(at in stretch for stretch in silent)]


def repeated(keys: Iterable[Hashable]) -> int:
    """How many of them came before."""
    listed = list(keys)
    return len(listed) - len(set(listed))
