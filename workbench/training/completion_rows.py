"""The rows SFT takes, conversational: a prompt and its answer, each a list of messages."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from workbench.data import formats
from workbench.data.formats import Table
from workbench.training.conversation_tokens import ChatMessage


class CompletionRow(TypedDict):
    """One example: `completion` is the one assistant's turn to learn after `prompt`.

    `task` is the column of that name, as a mixture has it: its loss is told apart.
    """

    prompt: list[ChatMessage]
    completion: list[ChatMessage]
    task: NotRequired[str]


def completion_rows(table: Table) -> list[CompletionRow]:
    """The examples of a table. DataError where a row, or the layout, has no answer."""
    found = []
    for (asked, answer), row in zip(formats.answered(table), table.rows, strict=True):
        made = CompletionRow(
            prompt=[{"role": message.role, "content": message.content} for message in asked],
            completion=[{"role": "assistant", "content": answer}],
        )
        if isinstance(row.get("task"), str):
            made["task"] = row["task"]
        found.append(made)
    return found
