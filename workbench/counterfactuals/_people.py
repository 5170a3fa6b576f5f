"""Is there anyone else in the text whom a pronoun could mean, or a word that only fits one gender?

Each function gives the reason for leaving the text alone, or None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from workbench.counterfactuals import _english as english
from workbench.counterfactuals._pronouns import GENDERS
from workbench.counterfactuals._tokens import Token, opens_sentence, sentence_of
from workbench.workspace import bundled_file

_MUST_NOT = re.compile(
    rf"\b(?:{'|'.join(f'(?i:{one})' if 'A-Z' not in one else one for one in english.MUST_NOT_SWAP)})"
)
_TITLES = {"Mr", "Mrs", "Ms", "Miss", "Sir", "Dame", "Madam", "Lord"}


def obstacle(text: str, found: list[Token], name: str, gender: str) -> str | None:
    """The first reason to leave the text alone, or None."""
    return (
        _fixed_phrase(text)
        or _gendered_word(found)
        or _other_gender(found, gender)
        or _other_name(found, name)
        or _other_person(found, name)
    )


def _fixed_phrase(text: str) -> str | None:
    match = _MUST_NOT.search(text)
    return f"{match.group()!r} must not be swapped" if match else None


def _gendered_word(found: Sequence[Token]) -> str | None:
    for token in found:
        if token.core in gendered_words() or token.text in _TITLES:
            return f"the gendered word {token.text!r} is not part of this swap"
    return None


def _other_gender(found: Sequence[Token], gender: str) -> str | None:
    """Pronouns of the other gender, also within compounds ("he/she", "she-wolf")."""
    for token in found:
        if GENDERS.get(token.core, gender) != gender:
            return f"{token.text!r} is a second person"
        if "-" in token.core and any(part in GENDERS for part in token.core.split("-")):
            return f"{token.text!r} is a compound"
    return None


def _other_name(found: list[Token], name: str) -> str | None:
    """A given name of the list, or a capital within a sentence that no known word explains."""
    for index, token in enumerate(found):
        if token.core == name.lower() or not token.text[:1].isupper():
            continue
        starts = opens_sentence(found, index)
        unexplained = not starts or token.tail in ("'s", "’s") or _acts(found, index)
        acronym = token.text.isupper() and len(token.text) > 1
        if token.core in given_names() or (unexplained and not acronym and token.core not in _capitals()):
            return f"{token.text!r} may be a second person"
    return None


def _acts(found: Sequence[Token], index: int) -> bool:
    """True if the first word of a sentence, unless plural, -ing or known, stands right before a verb: "Diane met"."""
    token, after = found[index], found[index + 1] if index + 1 < len(found) else None
    if after is None or token.core.endswith(("s", "ing")) or token.core in _first_words():
        return False
    verbs = (
        english.TWO_OBJECTS | english.COPULAS | {"had", "did", "does", "would", "met", "went", "came", "said", "and"}
    )
    return after.core in verbs or after.core.endswith("ed")


@cache
def _first_words() -> frozenset[str]:
    """Words that begin a sentence and name nobody."""
    return frozenset.union(
        english.FOLLOWS_NO_NOUN,
        english.MISLEADING,
        english.CONJUNCTIONS,
        english.POSSESSIVES,
        english.PREPOSITIONS,
        english.INDEFINITE,
        english.THINGS,
        GENDERS,
    )


def _other_person(found: list[Token], name: str) -> str | None:
    """One other person, named by a noun in the same sentence or the one before, whom a later pronoun could mean."""
    sentences = sentence_of(found)
    people = [i for i, token in enumerate(found) if token.core in _people() and not _is_role_of(found, i, name)]
    for index, token in enumerate(found):
        if token.core not in GENDERS:
            continue
        near = [i for i in people if i < index and sentences[index] - sentences[i] <= 1]
        if near:
            return f"{token.text!r} could be the {found[near[-1]].core}"
    return None


def _is_role_of(found: Sequence[Token], index: int, name: str) -> bool:
    """True for "as a nurse", "is the newest dancer" and "A passenger, Emily,": the noun says what the person is."""
    before = {token.core for token in found[max(0, index - 4) : index]}
    apposed = len(found) > index + 2 and found[index + 1].text == "," and found[index + 2].core == name.lower()
    return apposed or bool(before & (english.COPULAS | {"as"}))


@cache
def _people() -> frozenset[str]:
    """Nouns for one person, occupations included by their last word ("officer")."""
    return english.PEOPLE | {row["occupation"].split()[-1].lower() for row in _rows("occupations")}


@cache
def gendered_words() -> frozenset[str]:
    """Words for people of one gender, in small letters: mother, king."""
    rows = _rows("kinship")
    return frozenset(row[gender].lower() for row in rows for gender in ("female", "male")) - {"ms", "dame"}


@cache
def given_names() -> frozenset[str]:
    """The given names of every bundled list, in small letters."""
    return frozenset(row["name"].lower() for row in _rows("names"))


@cache
def _capitals() -> frozenset[str]:
    """Words written with a capital that are no persons."""
    rows = _rows("nationalities")
    return english.DAYS_AND_MONTHS | {
        word for row in rows for key, value in row.items() if key != "id" for word in value.lower().split()
    }


def _rows(name: str) -> list[dict[str, Any]]:
    lines = bundled_file("datasets", name, ".jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
