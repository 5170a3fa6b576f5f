"""The rows DPO takes, conversational: a prompt and two answers, each a list of messages.

TRL judges the layout by the first row only and answers a wrong one with a bare KeyError; here every row
is looked at, and the message names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from workbench.errors import DataError

COLUMNS = ("prompt", "chosen", "rejected")


class ChatMessage(TypedDict):
    """One turn, as chat templates take it."""

    role: str
    content: str


class PairRow(TypedDict):
    """Columns beyond these are allowed in a file, and are not trained on."""

    prompt: list[ChatMessage]
    chosen: list[ChatMessage]
    rejected: list[ChatMessage]


def checked(rows: Sequence[Mapping[str, Any]], source: str) -> list[PairRow]:
    """The three columns of every row; DataError names `source`, the row (from 1), the column and the fix."""
    return [_row(row, f"{source}, row {number}") for number, row in enumerate(rows, start=1)]


def _row(row: Mapping[str, Any], place: str) -> PairRow:
    for column in COLUMNS:
        if column not in row:
            raise DataError(
                f"{place}: there is no column {column!r}; it has {', '.join(sorted(row)) or 'none'}.",
                f"DPO needs the columns {', '.join(COLUMNS)}.",
            )
    prompt, chosen, rejected = (_messages(row[column], f"{place}, column {column!r}") for column in COLUMNS)
    return PairRow(prompt=prompt, chosen=chosen, rejected=rejected)


def _messages(value: Any, place: str) -> list[ChatMessage]:
    if not isinstance(value, list) or not value:
        raise DataError(
            f"{place}: expected a list of messages, found {type(value).__name__} {str(value)[:40]!r}.",
            'Write [{"role": "assistant", "content": "..."}].',
        )
    return [_message(message, f"{place}, message {number}") for number, message in enumerate(value, start=1)]


def _message(value: Any, place: str) -> ChatMessage:
    if not isinstance(value, Mapping) or not isinstance(value.get("role"), str):
        raise DataError(f"{place}: there is no role.", 'A message is {"role": ..., "content": ...}.')
    if not isinstance(value.get("content"), str):
        raise DataError(f"{place}: there is no content that is text.", 'A message is {"role": ..., "content": ...}.')
    return ChatMessage(role=value["role"], content=value["content"])
