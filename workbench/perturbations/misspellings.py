"""Common misspellings: "definately", "recieve", "teh", from the bundled list, in the case of the word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from random import Random

from workbench.words import Span, replaced, with_case_of, words
from workbench.workspace import bundled_file

SEVERITY = "share of the words on the list that are misspelled"


def perturb(text: str, severity: float, rng: Random, protected: Sequence[Span] = ()) -> str:
    """Each word of the list misspelled with probability `severity`; among several misspellings any is as likely."""
    known = _misspellings()
    eligible = [word for word in words(text, protected) if _key(word.text) in known]
    hit = [word for word in eligible if rng.random() < severity]
    return replaced(text, [(word, _misspelled(word.text, known[_key(word.text)], rng)) for word in hit])


def _misspelled(word: str, candidates: Sequence[str], rng: Random) -> str:
    chosen = with_case_of(word, candidates[int(rng.random() * len(candidates))])
    return chosen.replace("'", "’") if "’" in word else chosen


def _key(word: str) -> str:
    return word.lower().replace("’", "'")


@cache
def _misspellings() -> dict[str, tuple[str, ...]]:
    """Misspellings in the order of the file, by the right spelling in lower case."""
    lines = bundled_file("datasets", "misspellings", ".jsonl").read_text(encoding="utf-8").splitlines()
    known: dict[str, tuple[str, ...]] = {}
    for row in map(json.loads, lines):
        key = _key(row["word"])
        known[key] = (*known.get(key, ()), row["misspelling"])
    return known
