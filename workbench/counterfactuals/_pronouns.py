"""Which role a gendered pronoun plays, told from the words beside it, or None where they leave two readings.

"her" is him or his, "his" is her or hers. The next word decides most cases: "told her that", "the book is his."
A noun may follow either ("saw her dog", "saw her dance"); then the word before decides, or a short list of things.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from workbench.counterfactuals import _english as english
from workbench.counterfactuals._tokens import Token

Gender = Literal["female", "male"]
Role = Literal["subject", "object", "determiner", "independent", "reflexive"]

FORMS: dict[Gender, dict[Role, str]] = {
    "female": {
        "subject": "she",
        "object": "her",
        "determiner": "her",
        "independent": "hers",
        "reflexive": "herself",
    },
    "male": {
        "subject": "he",
        "object": "him",
        "determiner": "his",
        "independent": "his",
        "reflexive": "himself",
    },
}
GENDERS: dict[str, Gender] = {form: gender for gender, forms in FORMS.items() for form in forms.values()}
_CLEAR: dict[str, Role] = {
    form: role for forms in FORMS.values() for role, form in forms.items() if form not in ("her", "his")
}
_CLOSING = {".", ",", ";", ":", "!", "?", ")", "…", "—", "–", "”"}


def role(found: Sequence[Token], index: int) -> Role | None:
    """The role of the pronoun at `index`; None: unsure."""
    token = found[index]
    known = _CLEAR.get(token.core)
    if token.tail:
        return known if known == "subject" else None
    if known:
        return known
    ends = _noun_is_absent(found, index)
    if ends is None:
        return None
    if token.core == "his":
        return "independent" if ends else _his(found, index)
    return "object" if ends else _her(found, index)


def _noun_is_absent(found: Sequence[Token], index: int) -> bool | None:
    """True: no noun of the pronoun's own follows; False: a word follows that may be one; None: unsure."""
    after = _at(found, index + 1)
    if after is None or after.text in _CLOSING:
        return True
    if after.core in english.CONJUNCTIONS:
        then = _at(found, index + 2)
        shared = then is not None and (then.core in english.POSSESSIVES or bool(then.tail))  # "her and his books"
        return None if shared else True
    if after.core in english.FOLLOWS_NO_NOUN:
        return True
    return False if after.text.replace("-", "").isalpha() or after.tail else None


def _his(found: Sequence[Token], index: int) -> Role | None:
    """A word that may be a noun follows: "his book", but "the studio is his next spring"."""
    before, after = _at(found, index - 1), found[index + 1]
    left_open = before is not None and before.core in english.COPULAS | {"of", "than", "like"}
    return None if left_open and _misleads(after) else "determiner"


def _her(found: Sequence[Token], index: int) -> Role | None:
    """A word that may be a noun follows: "her book", but "sent her home", "heard her sing", "gave her flowers"."""
    after = found[index + 1]
    if after.core == "own":
        return "determiner"
    thing = _is_thing(found, index + 1)
    if _misleads(after) and not thing:
        return None
    before = _at(found, index - 1)
    if _takes_two(found, index):
        perceived = before is not None and before.core in english.PERCEIVED_OR_HELD
        return "determiner" if thing and perceived else None
    if before is None or not before.is_word or thing:
        return "determiner"
    opened = english.CLAUSE_OPENERS | english.PREPOSITIONS | english.CONJUNCTIONS | english.OBJECT_PRONOUNS
    return "determiner" if before.core in opened else None


def _takes_two(found: Sequence[Token], index: int) -> bool:
    """True if the verb that governs the pronoun may take a second object or a verb: "gave her", "listened to her"."""
    before, earlier = _at(found, index - 1), _at(found, index - 2)
    if before is None or not before.is_word:
        return False
    if before.core in english.TWO_OBJECTS:
        return True
    if before.core in ("to", "at", "for"):
        return earlier is not None and earlier.core.startswith(("listen", "look", "wait"))
    # "made Tom and her laugh": the verb stands before the other object, within the same part of the sentence
    return before.core in english.CONJUNCTIONS and _verb_before(found, index - 1)


def _verb_before(found: Sequence[Token], index: int) -> bool:
    for token in reversed(found[max(0, index - 4) : index]):
        if not token.is_word:
            return False
        if token.core in english.TWO_OBJECTS:
            return True
    return False


def _is_thing(found: Sequence[Token], index: int) -> bool:
    """True for a thing of the list, also behind adjectives: "her little old car"."""
    while (token := _at(found, index)) is not None and token.core in english.ADJECTIVES:
        index += 1
    return token is not None and token.core in english.THINGS


def _misleads(token: Token) -> bool:
    return token.core in english.MISLEADING or token.core.endswith(english.MISLEADING_ENDINGS)


def _at(found: Sequence[Token], index: int) -> Token | None:
    return found[index] if 0 <= index < len(found) else None
