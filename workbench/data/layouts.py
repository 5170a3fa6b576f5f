"""The layouts in which rows are kept: which columns each has, and whether a row keeps to it.

    prompts       {"prompt": text}           (or "question")
    alpaca        {"instruction": text, "input": text, "output": text}
    messages      {"messages": [{"role": ..., "content": ...}, ...]}
    completions   {"prompt": text or [...], "completion": text or [...]}    (one assistant's turn to learn)
    preferences   {"prompt": text or [...], "chosen": text or [...], "rejected": text or [...]}
    unpaired      {"prompt": text or [...], "completion": text or [...], "label": true or false}
    text          {"text": text}
    labelled      {"text": text, "label": text or whole number}
    choices       {"question": text, "choices": [text, ...], "answer": place of the right one, from 0}

Further columns are kept and not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from workbench.data.files import Row, check_unicode
from workbench.errors import DataError

Layout = Literal[
    "prompts", "alpaca", "messages", "completions", "preferences", "unpaired", "text", "labelled", "choices"
]
COLUMNS: dict[Layout, tuple[str, ...]] = {
    "prompts": ("prompt", "question"),
    "alpaca": ("instruction", "input", "output"),
    "messages": ("messages",),
    "completions": ("prompt", "completion"),
    "preferences": ("prompt", "chosen", "rejected"),
    "unpaired": ("prompt", "completion", "label"),
    "text": ("text",),
    "labelled": ("text", "label"),
    "choices": ("question", "choices", "answer"),
}
LIST_HINT = 'Write [{"role": "user", "content": "..."}].'
_ROLES = ("system", "user", "assistant")


def check(layout: Layout, row: Row, place: str) -> None:
    """DataError with place, column and reason unless the row keeps to the layout."""
    _CHECKS[layout](row, place)


def prompt_column(row: Row) -> str:
    """The column of a row of prompts that is asked."""
    return "prompt" if row.get("prompt") is not None else "question"


def check_messages(value: Any, place: str) -> None:
    """DataError unless the value is a list of {"role", "content"} with at least one message."""
    if not isinstance(value, list) or not value:
        raise DataError(f"{place}: expected a list of messages.", LIST_HINT)
    for number, message in enumerate(value, 1):
        where = f"{place}, message {number}"
        if not isinstance(message, Mapping) or message.get("role") not in _ROLES:
            raise DataError(f"{where}: the role is not one of {', '.join(_ROLES)}.", "Rename it, or remove the turn.")
        if not isinstance(message.get("content"), str):
            raise DataError(f"{where}: there is no text under 'content'.", "Fill it in, or remove the turn.")
        check_unicode(message["content"], where)


def asked_turns(messages: Sequence[Mapping[str, Any]], place: str) -> int:
    """How many turns go up to the last user's: what a model can be asked. DataError if there is none."""
    last = max((at for at, message in enumerate(messages, 1) if message["role"] == "user"), default=0)
    if not last:
        raise DataError(f"{place}: there is no user's turn.", "Every row needs something to answer.")
    return last


def _check_prompt(row: Row, place: str) -> None:
    _text(row, prompt_column(row), place)


def _check_alpaca(row: Row, place: str) -> None:
    _text(row, "instruction", place)
    for column in ("input", "output"):
        if row.get(column) is not None:
            _text(row, column, place, may_be_empty=True)


def _check_messages(row: Row, place: str) -> None:
    check_messages(row.get("messages"), f"{place}, column 'messages'")


def _check_completions(row: Row, place: str) -> None:
    _asked(row, place)
    _answer(row, "completion", place)


def _check_preferences(row: Row, place: str) -> None:
    _asked(row, place)
    _answer(row, "chosen", place)
    _answer(row, "rejected", place)


def _check_unpaired(row: Row, place: str) -> None:
    _check_completions(row, place)
    if not isinstance(row.get("label"), bool):
        raise DataError(
            f"{place}, column 'label': {row.get('label')!r} is not true or false.",
            "Say of each answer whether it is good; for classes, name the columns text and label.",
        )


def _check_text(row: Row, place: str) -> None:
    _text(row, "text", place)


def _check_labelled(row: Row, place: str) -> None:
    _text(row, "text", place)
    label = row.get("label")
    if isinstance(label, str):
        _text(row, "label", place)
    elif isinstance(label, bool) or not isinstance(label, int):
        raise DataError(
            f"{place}, column 'label': {_kind(label)} is neither text nor a whole number.",
            "Give each class a name or a number.",
        )


def _check_choices(row: Row, place: str) -> None:
    _text(row, "question", place)
    choices = row.get("choices")
    if not isinstance(choices, list) or len(choices) < 2:
        raise DataError(f"{place}, column 'choices': expected a list of two or more.", 'Write ["one", "another"].')
    for number, choice in enumerate(choices, 1):
        if not isinstance(choice, str) or not choice.strip():
            raise DataError(f"{place}, column 'choices': choice {number} is not a text.", "Fill it in, or remove it.")
        check_unicode(choice, f"{place}, column 'choices', choice {number}")
    answer = row.get("answer")
    if isinstance(answer, bool) or not isinstance(answer, int) or not 0 <= answer < len(choices):
        raise DataError(
            f"{place}, column 'answer': {answer!r} names none of the {len(choices)} choices.",
            "Write the place of the right choice, from 0, its letter, or its words.",
        )


_CHECKS: dict[Layout, Callable[[Row, str], None]] = {
    "prompts": _check_prompt,
    "alpaca": _check_alpaca,
    "messages": _check_messages,
    "completions": _check_completions,
    "preferences": _check_preferences,
    "unpaired": _check_unpaired,
    "text": _check_text,
    "labelled": _check_labelled,
    "choices": _check_choices,
}


def _asked(row: Row, place: str) -> None:
    """The column `prompt`: a text, or messages with a user's turn."""
    if isinstance(row.get("prompt"), list):
        check_messages(row["prompt"], f"{place}, column 'prompt'")
        asked_turns(row["prompt"], f"{place}, column 'prompt'")
    else:
        _text(row, "prompt", place)


def _answer(row: Row, column: str, place: str) -> None:
    """A text, or one assistant's turn; an answer may be empty."""
    if not isinstance(row.get(column), list):
        _text(row, column, place, may_be_empty=True)
        return
    check_messages(row[column], f"{place}, column {column!r}")
    if [message["role"] for message in row[column]] != ["assistant"]:
        raise DataError(
            f"{place}, column {column!r}: expected one assistant's turn.", "Move what came before it into 'prompt'."
        )


def _text(row: Row, column: str, place: str, may_be_empty: bool = False) -> None:
    value = row.get(column)
    if column not in row:
        raise DataError(f"{place}: the column {column!r} is missing.", "Add it to the row, or remove the row.")
    if not isinstance(value, str):
        raise DataError(f"{place}, column {column!r}: {_kind(value)} is not text.", "Write it as text.")
    if not value.strip() and not may_be_empty:
        raise DataError(f"{place}, column {column!r}: the text is empty.", "Fill it in, or remove the row.")
    if not value.isascii():  # most are, and the place costs more than the look
        check_unicode(value, f"{place}, column {column!r}")


def _kind(value: Any) -> str:
    return "null" if value is None else f"a value of type {type(value).__name__}"
