"""A finger on the wrong key: letters become neighbours on a QWERTY keyboard, in the same case."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from unicodedata import combining

from workbench.perturbations._keyboards import neighbours
from workbench.words import Span, replaced, words

SEVERITY = "share of the letters a-z that are mistyped"


def perturb(text: str, severity: float, rng: Random, protected: Sequence[Span] = ()) -> str:
    """Letters of words mistyped, each with probability `severity`; the length stays. Other scripts stay as they are."""
    return replaced(text, [(word, _mistyped(word.text, severity, rng)) for word in words(text, protected)])


def _mistyped(word: str, severity: float, rng: Random) -> str:
    return "".join(_struck(letter, after, severity, rng) for letter, after in pairwise(f"{word} "))


def _struck(letter: str, after: str, severity: float, rng: Random) -> str:
    """The letter, or a neighbour; a letter that bears a combining accent is one key with it on no keyboard."""
    near = neighbours("qwerty").get(letter.lower(), "")
    if not near or combining(after) or rng.random() >= severity:
        return letter
    hit = near[int(rng.random() * len(near))]
    return hit.upper() if letter.isupper() else hit
