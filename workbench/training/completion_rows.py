"""The rows SFT takes, conversational: a prompt and its answer, each a list of messages."""

from __future__ import annotations

from typing import TypedDict

from workbench.data import formats
from workbench.data.formats import Table
from workbench.training.conversation_tokens import ChatMessage


class CompletionRow(TypedDict):
    """One example: `completion` is the one assistant's turn to learn after `prompt`."""

    prompt: list[ChatMessage]
    completion: list[ChatMessage]


def completion_rows(table: Table, limit: int | None = None) -> list[CompletionRow]:
    """The first `limit` examples of a table (None: all). DataError where a row, or the layout, has no answer."""
    return [
        CompletionRow(
            prompt=[{"role": message.role, "content": message.content} for message in asked],
            completion=[{"role": "assistant", "content": answer}],
        )
        for asked, answer in formats.answered(table, limit)
    ]
