"""Words without their capitals, as typed in haste."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from workbench.words import Span, replaced, words

SEVERITY = "share of the words with a capital that lose it"


def perturb(text: str, severity: float, rng: Random, protected: Sequence[Span] = ()) -> str:
    """Each word that has a capital in lower case with probability `severity`; at 1 all are."""
    eligible = [word for word in words(text, protected) if word.text != word.text.lower()]
    return replaced(text, [(word, word.text.lower()) for word in eligible if rng.random() < severity])
