"""The rows KTO takes, conversational: a prompt, one answer to it, and whether that answer is good."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict, cast

from workbench.data.formats import Table
from workbench.errors import DataError
from workbench.training.conversation_tokens import ChatMessage
from workbench.training.pair_rows import with_family


class LabelRow(TypedDict):
    """One judged answer: `label` True is desirable, False undesirable. It needs no rival.

    Rows of one `family` are held out together.
    """

    prompt: list[ChatMessage]
    completion: list[ChatMessage]
    label: bool
    family: NotRequired[Any]


def label_rows(table: Table) -> list[LabelRow]:
    """The labelled answers of a table; DataError for a table of another layout, naming file and columns."""
    if table.layout != "unpaired":
        raise DataError(
            f"{table.source} holds {table.layout} with the columns {', '.join(sorted(table.rows[0]))}; "
            "KTO needs prompt, completion and label.",
            "Export kto from ratings, or import a file with these columns.",
        )
    return cast("list[LabelRow]", list(with_family(table)))
