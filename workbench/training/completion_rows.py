"""The rows SFT takes, conversational: a prompt and its answer, each a list of messages."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from workbench.data import formats
from workbench.data.formats import Table
from workbench.training.conversation_tokens import ChatMessage


class CompletionRow(TypedDict):
    """One example: `completion` is the one assistant's turn to learn after `prompt`, or (`every_turn`) several.

    `task` is the column of that name, as a mixture has it: its loss is told apart. `family`: rows with the same one are
    held out together.
    """

    prompt: list[ChatMessage]
    completion: list[ChatMessage]
    task: NotRequired[str]
    family: NotRequired[Any]


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
        if row.get("family") is not None:
            made["family"] = row["family"]
        found.append(made)
    return found


def every_turn(row: CompletionRow) -> CompletionRow:
    """The same conversation, of which each turn of the assistant is to be learned, not the last one alone.

    Its completion begins with the first of them; what is asked in between stands in it and carries no loss.
    """
    turns = row["prompt"] + row["completion"]
    first = next(at for at, turn in enumerate(turns) if turn["role"] == "assistant")
    return {**row, "prompt": turns[:first], "completion": turns[first:]}
