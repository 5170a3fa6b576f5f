"""Families of prompts: a text, its misspelt forms and its twins for another group.

What was learned on one member is known of the others, so a family belongs on one side of every split. Members are
found by what they say: first names, pronouns and gendered words are set aside, case and punctuation do not count.
Their numbers must be the same, and nine words in ten the same or misspelt: "a poem about cats" and "a poem about dogs"
are strangers, though a long template with one word filled in otherwise makes relatives. Of the first 100 bundled
prompts with a typo in one letter of 50, of 20 and of 10, it finds 100, 99 and 86; the 120 themselves are strangers.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from workbench.counterfactuals import gender_names
from workbench.data.checks._minhash import grouped, near, shingles
from workbench.data.checks._words import words

if TYPE_CHECKING:
    from workbench.data.checks._minhash import Numbers

LETTERS = 0.5  # of the runs of three letters that two relatives share; of pairs at .6 MinHash meets 97 in 100
WORDS = 0.9  # of the words that are the same, or misspelt
MISSPELT = 0.5  # least similarity of a word and its misspelt form (difflib's ratio): "the" and "teh" have 0.67
_ROUNDS = 10
_PAGE = 200  # texts read at once
_KEPT = 4096  # sets of runs of letters, a kilobyte or two each
_SOMEBODY = "•"

Words = tuple[str, ...]
Read = Callable[[Sequence[int]], Sequence[str]]  # the texts of some ids, in their order


def families(ids: Sequence[int], read: Read) -> dict[int, int]:
    """Id -> the id of the first member of its family, in the order of `ids`; those that are first are absent.

    No text is kept: half a kilobyte a text is held, whatever its length.
    """
    numbers = array("q", (_numbers(text) for text in _pages(ids, read)))
    first: dict[int, int] = {}
    for group in _of_equal_numbers(numbers):
        for at, relative in _relatives(group, ids, read):
            first[ids[at]] = first.get(ids[relative], ids[relative])
    return first


def _pages(ids: Sequence[int], read: Read) -> Iterator[str]:
    """Every text in its turn."""
    for start in range(0, len(ids), _PAGE):
        yield from read(ids[start : start + _PAGE])


def _numbers(text: str) -> int:
    """The numbers in a text, as one: a 64-bit hash."""
    said = " ".join(word for word in words(text) if word.isdecimal())
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), signed=True)


def _of_equal_numbers(numbers: array[int]) -> Iterator[Sequence[int]]:
    """The places of texts with equal numbers, in their order, where there are two or more."""
    import numpy as np

    order, starts, ends = grouped(np.array(numbers, dtype=np.int64))
    for group in np.flatnonzero(ends - starts > 1):
        yield order[starts[group] : ends[group]].tolist()


def _relatives(group: Sequence[int], ids: Sequence[int], read: Read) -> list[tuple[int, int]]:
    """(text, an earlier relative) of one group, by place; what turned out a stranger is looked at among its like."""
    found: list[tuple[int, int]] = []
    for _ in range(_ROUNDS):
        if len(group) < 2:
            break
        close = near(_Letters([ids[at] for at in group], read), LETTERS)
        strangers = []
        for at in sorted(close):
            one, other = group[at], group[close[at][0]]
            if _related(*(tuple(words(text)) for text in read([ids[one], ids[other]]))):
                found.append((one, other))
            else:
                strangers.append(one)
        group = strangers
    return sorted(found)


class _Letters(Sequence["Numbers"]):
    """The runs of three letters of each text, made when they are asked for; the latest single ones are kept."""

    def __init__(self, ids: Sequence[int], read: Read) -> None:
        self._ids, self._read = ids, read
        self._of = lru_cache(_KEPT)(lambda at: _letters(self._read([self._ids[at]])[0]))

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Numbers]:
        return map(_letters, _pages(self._ids, self._read))

    def __getitem__(self, at: Any) -> Any:
        return self._of(at)


def _letters(text: str) -> Numbers:
    return shingles(list(" ".join(_skeleton(tuple(words(text))))))


def _related(one: Words, other: Words) -> bool:
    matcher = SequenceMatcher(None, _skeleton(one), _skeleton(other), autojunk=False)
    same = 0
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        if what == "equal":
            same += i_end - i
        elif what == "replace":
            same += sum(_misspelt(*pair) for pair in zip(one[i:i_end], other[j:j_end], strict=False))
    return 2 * same >= WORDS * (len(one) + len(other))


def _misspelt(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= MISSPELT


def _skeleton(said: Words) -> Words:
    people = gender_names.telling()
    return tuple(_SOMEBODY if word in people else word for word in said)
