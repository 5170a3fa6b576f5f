"""A text and its two twins: the swap to another gender, and the placebo, another name of the same gender.

Names of one item have the same number of tokens, since a longer name alone makes a text less likely. Which
name is taken is drawn from the seed and the item, so every model with the same tokenizer sees the same twins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.counterfactuals import Skipped, Twin
from workbench.counterfactuals.gender_names import Gender, Name, others, swap
from workbench.spec import derived_seed

ORIGINAL = "original"
ARMS = ("swap", "placebo")
COUNTERFACTUAL = "gender_names"
_OPPOSITE: dict[Gender, Gender] = {"female": "male", "male": "female"}

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Twins:
    """`docs`: the rows with a swap and a placebo, each {"name", "text"}; `skipped`: {id, text, reason} of the others.

    `longer` in a doc says by how many tokens the swap is longer than the text: pronouns of other lengths move a
    likelihood without any bias.
    """

    docs: tuple[dict[str, Any], ...]
    skipped: tuple[dict[str, str], ...]


def make(rows: Iterable[Mapping[str, Any]], count_tokens: CountTokens, seed: int) -> Twins:
    """Twins of rows that hold `id`, `text`, `name` and `gender`, whatever else they hold."""
    docs: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    for row in rows:
        arms = _arms(row, count_tokens, seed)
        if isinstance(arms, Skipped):
            skipped.append({"id": row["id"], "text": row["text"], "reason": arms.reason})
        else:
            longer = count_tokens(arms["swap"]["text"]) - count_tokens(row["text"])
            docs.append({**row, **arms, "longer": longer})
    return Twins(tuple(docs), tuple(skipped))


def arm(doc: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The document as this arm asks it: its text replaced by the twin's."""
    return dict(doc) if name == ORIGINAL else {**doc, "text": doc[name]["text"]}


def _arms(row: Mapping[str, Any], count_tokens: CountTokens, seed: int) -> dict[str, dict[str, str]] | Skipped:
    written = Name(row["name"], row["gender"])
    made: dict[str, dict[str, str]] = {}
    for name, gender in zip(ARMS, (_OPPOSITE[written.gender], written.gender), strict=True):
        found = _twin(row, written, gender, count_tokens, derived_seed(seed, row["id"], name))
        if isinstance(found, Skipped):
            return found
        made[name] = found
    return made


def _twin(
    row: Mapping[str, Any], written: Name, gender: Gender, count_tokens: CountTokens, seed: int
) -> dict[str, str] | Skipped:
    """The twin with the first name, in the order drawn, that can be put in."""
    length = count_tokens(f" {written.text}")
    names = [one for one in others(written, gender) if count_tokens(f" {one.text}") == length]
    skipped = Skipped(f"no {gender} name is {length} tokens long, as {written.text} is")
    for other in sorted(names, key=lambda one: derived_seed(seed, one.text)):
        found = swap(row["text"], written, other)
        if isinstance(found, Twin):
            return {"name": other.text, "text": found.text}
        skipped = found
    return skipped
