"""SQuAD's normalisation of an answer (Rajpurkar et al. 2016), and the best of several references."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(text: str) -> str:
    """Lower case, without ASCII punctuation and English articles, single spaces. Other scripts stay as they are."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def best(score: Callable[[str, str], float], references: Sequence[str], text: str) -> float:
    """The highest score of a text against any reference; 0 without references."""
    return max((score(reference, text) for reference in references), default=0.0)


def check(gold: Sequence[Sequence[str]], given: Sequence[str]) -> None:
    """ValueError: lengths that differ, or references that are a text instead of a list of texts."""
    if len(gold) != len(given):
        raise ValueError(f"{len(gold)} lists of references and {len(given)} texts")
    if any(isinstance(references, str) for references in gold):
        raise ValueError("The references of a text are a list, even if there is one only.")
