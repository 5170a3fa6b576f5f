"""Gender by first name: another name, and the pronouns that follow it in their roles.

`swap` to a name of the other gender is the effect; to another name of the same gender it is the placebo, which
leaves the pronouns and shows what a mere change of name does. Both skip the same texts, so they pair item by item.

Known limits: a name that is not in the bundled list and stands first in its sentence is seen as a second person
only before a verb of a list, and a plural ("the directors") is taken for nobody whom he or she could mean.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from workbench.counterfactuals import Skipped, Twin
from workbench.counterfactuals._people import gendered_words, given_names, obstacle
from workbench.counterfactuals._pronouns import FORMS, GENDERS, Gender, Role, role
from workbench.counterfactuals._tokens import Token, tokens
from workbench.errors import UnknownName
from workbench.words import with_case_of
from workbench.workspace import bundled_file

Change = tuple[Token, Role | None]
"""A pronoun with its role, or the name itself (None)."""


@dataclass(frozen=True, slots=True)
class Name:
    """A given name of the bundled English list."""

    text: str
    gender: Gender


def swap(text: str, name: Name, other: Name) -> Twin | Skipped:
    """The text with `name` replaced by `other`; its pronouns take the gender of `other`.

    Swapping the twin back, `other` for `name`, gives the text. Skipped where a pronoun has two readings, in the text
    or in its twin of either gender, where a second person or a word of one gender is in it, or the name is not.
    """
    changes = _changes(text, name)
    if isinstance(changes, Skipped):
        return changes
    if any(token.core == other.text.lower() for token in tokens(text)):
        return Skipped(f"{other.text} is in the text already")
    # Read in both genders, whichever is asked for: the placebo then skips what the effect skips.
    roles = [one for _, one in changes]
    for gender in FORMS:
        read = _changes(_rendered(text, changes, Name(other.text, gender)), Name(other.text, gender))
        if isinstance(read, Skipped):
            return Skipped(f"in the {gender} twin, {read.reason}")
        if [one for _, one in read] != roles:
            return Skipped(f"in the {gender} twin, a pronoun would be read in another role")
    return Twin(_rendered(text, changes, other))


def _changes(text: str, name: Name) -> list[Change] | Skipped:
    """What a swap of `name` has to change, in the order of the text."""
    found = tokens(text)
    in_the_way = _misplaced_name(text, found, name) or obstacle(text, found, name.text, name.gender)
    if in_the_way:
        return Skipped(in_the_way)
    changes: list[Change] = []
    for index, token in enumerate(found):
        if token.core == name.text.lower():
            changes.append((token, None))
        elif token.core in GENDERS:
            known = role(found, index)
            if known is None:
                return Skipped(_two_readings(found, index))
            changes.append((token, known))
    return changes


def _misplaced_name(text: str, found: Sequence[Token], name: Name) -> str | None:
    """Why the name cannot be replaced where it stands, or None."""
    places = [i for i, token in enumerate(found) if token.core == name.text.lower()]
    if not places:
        return f"{name.text} is not in the text"
    for i in places:
        if name.text.endswith("s") and text[found[i].end : found[i].end + 1] in ("'", "’"):
            return f"{name.text} with a bare apostrophe may be a possessive"
        if i and found[i - 1].core in ("a", "an"):
            return f"an article stands before {name.text}"
        if found[i].tail not in ("", "'s", "’s"):
            return f"{found[i].text!r} is not a form of {name.text}"
    compound = next((token for token in found if name.text.lower() in token.core.split("-")[1:]), None)
    hyphened = next((token for token in found if token.core.startswith(f"{name.text.lower()}-")), compound)
    return f"{hyphened.text!r} is a compound" if hyphened else None


def _two_readings(found: Sequence[Token], index: int) -> str:
    after = f" before {found[index + 1].text!r}" if index + 1 < len(found) else ""
    return f"{found[index].text!r}{after} has two readings"


def _rendered(text: str, changes: Sequence[Change], other: Name) -> str:
    """The text with the name and every pronoun in the form for `other`, in the case it had."""
    parts, position = [], 0
    for token, known in changes:
        form = other.text if known is None else FORMS[other.gender][known]
        parts += [text[position : token.start], with_case_of(token.head, form), token.tail]
        position = token.end
    return "".join([*parts, text[position:]])


@cache
def telling() -> frozenset[str]:
    """Every word, in small letters, that tells one twin from the other: names, pronouns, words of one gender."""
    return given_names() | gendered_words() | frozenset(GENDERS)


@cache
def names() -> tuple[Name, ...]:
    """The English names that are female or male, in the order of the file; forms with "they" are not swapped."""
    lines = bundled_file("datasets", "names", ".jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return tuple(Name(r["name"], r["gender"]) for r in rows if r["group"] == "english" and r["gender"] in FORMS)


def name(text: str) -> Name:
    """The name of the list; UnknownName with the nearest ones otherwise."""
    found = next((one for one in names() if one.text == text), None)
    if found is None:
        raise UnknownName("first name", text, (one.text for one in names()))
    return found


def others(of: Name, gender: Gender) -> tuple[Name, ...]:
    """The names of `gender` that `of` can be swapped for: the placebo's where it is the gender of `of`."""
    return tuple(one for one in names() if one.gender == gender and one != of)
