"""What the columns of a row mean by their names, as the tools of the field write them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.data import formats
from workbench.data.files import check_unicode
from workbench.errors import DataError
from workbench.records import Message, Outcome

Row = Mapping[str, Any]

PROMPT = ("prompt", "question", "instruction", "messages", "text")
ANSWER = ("completion", "response", "output", "answer", "generation")
MODEL = ("model", "model_name", "generator")
RATER = ("rater", "annotator", "user")
SCORE = ("score", "rating")
WINNER = ("winner", "preferred", "preference", "choice")
_PAIRED = (*ANSWER, "text")
_ENDINGS = (("_a", "_b"), ("_1", "_2"), ("1", "2"), ("-1", "-2"))

_OUTCOMES: dict[str, Outcome] = {
    **dict.fromkeys(("left", "a", "1", "first", "model_a"), "left"),
    **dict.fromkeys(("right", "b", "2", "second", "model_b"), "right"),
    **dict.fromkeys(("tie", "equal", "same", "draw"), "tie"),
    **dict.fromkeys(("both_bad", "both bad", "bothbad", "tie (bothbad)", "neither"), "both_bad"),
}  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Pair:
    """The columns of two answers to one prompt, and the ends of their names: response_a, response_b."""

    left: str
    right: str
    endings: tuple[str, str]


def first(row: Row, names: tuple[str, ...]) -> str | None:
    """The first of these columns that the row has with something in it."""
    return next((name for name in names if row.get(name) not in (None, "")), None)


def named(row: Row, names: tuple[str, ...], place: str) -> str | None:
    """A name (of a model, a rater, a criterion) in one of these columns; numbers count as names."""
    key = first(row, names)
    if key is None:
        return None
    value = row[key]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise DataError(f"{place}: {key!r} is {type(value).__name__}, not a name.")
    check_unicode(str(value), f"{place}, key {key!r}")
    return str(value).strip() or None


def has_answer(row: Row) -> bool:
    """Whether the row has columns for a prompt and an answer to it, or two."""
    return any(key in row for key in PROMPT) and (any(key in row for key in ANSWER) or pair(row) is not None)


def prompt(row: Row, place: str) -> tuple[Message, ...]:
    """What was asked: text, a conversation, or an instruction with its input. DataError if there is none."""
    key = first(row, PROMPT)
    if key is None:
        raise DataError(f"{place}: there is no prompt.", f"Name its column one of: {', '.join(PROMPT)}.")
    value = row[key]
    if isinstance(value, list):
        return formats.conversation(value, f"{place}, key {key!r}")
    text = said(value, key, place)
    if not text.strip():
        raise DataError(f"{place}: {key!r} is empty.")
    extra = row.get("input") or ""
    if key == "instruction" and isinstance(extra, str) and extra.strip():
        text = f"{text}\n\n{said(extra, 'input', place)}"
    return (Message("user", text),)


def answer(row: Row, place: str) -> str:
    """The one answer of a row; it may be empty. DataError if there is none, or if it is no text."""
    key = next((name for name in ANSWER if row.get(name) is not None), None)
    if key is None:
        raise DataError(f"{place}: there is no answer.", f"Name its column one of: {', '.join(ANSWER)}.")
    return said(row[key], key, place)


def said(value: Any, key: str, place: str) -> str:
    """Text, or the content of one assistant's turn."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping):
        value = value[0].get("content")
    if not isinstance(value, str):
        raise DataError(f"{place}: {key!r} is {type(value).__name__}, not text.")
    check_unicode(value, f"{place}, key {key!r}")
    return value


def pair(row: Row) -> Pair | None:
    """The columns of two answers; None where there are none."""
    names = ((f"{stem}{left}", f"{stem}{right}", (left, right)) for stem in _PAIRED for left, right in _ENDINGS)
    return next((Pair(*found) for found in names if found[0] in row and found[1] in row), None)


def outcome(value: Any, columns: Pair, place: str) -> Outcome:
    """What a word for the better of two answers means; the name of a column counts too."""
    word = str(value).strip().lower()
    own: dict[str, Outcome] = {columns.left.lower(): "left", columns.right.lower(): "right"}
    found = own.get(word) or _OUTCOMES.get(word)
    if found is None:
        raise DataError(
            f"{place}: {value!r} does not say which answer is better.",
            f"Write left, right, tie or both_bad, or {columns.left} or {columns.right}.",
        )
    return found


def number(value: Any, key: str, place: str) -> float:
    """A score as a number; DataError for words, truth values, NaN and infinity."""
    try:
        found = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise DataError(f"{place}: {key!r} is {value!r}, not a number.", "Give scores as numbers.")
    return found


def is_number(value: Any) -> bool:
    """Whether a chosen word is a point of a scale: "4"."""
    return isinstance(value, str) and value.strip().isdecimal()


def moment(value: Any) -> str | None:
    """An ISO-8601 time as it stands; None for anything else."""
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return str(value)
