"""The rows DPO takes, conversational: a prompt and two answers, each a list of messages.

TRL judges the layout by the first row only and answers a wrong one with a bare KeyError; `data.formats`
looks at every row, and here a table of another layout is refused by name. A text is a turn: what a chat model is
trained on goes through its template.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NotRequired, TypedDict, cast

from workbench.data import trl
from workbench.data.formats import Table
from workbench.errors import DataError
from workbench.training.conversation_tokens import ChatMessage


class PairRow(TypedDict):
    """One preference: `chosen` is the better answer to `prompt`. Rows of one `family` are held out together."""

    prompt: list[ChatMessage]
    chosen: list[ChatMessage]
    rejected: list[ChatMessage]
    family: NotRequired[Any]


def pair_rows(table: Table) -> list[PairRow]:
    """The three columns of a table of preferences, and the family; its further columns are not trained on.

    DataError for a table of another layout, naming file and columns.
    """
    if table.layout != "preferences":
        raise DataError(
            f"{table.source} holds {table.layout} with the columns {', '.join(sorted(table.rows[0]))}; "
            "DPO needs prompt, chosen and rejected.",
            "Export preferences from ratings, or import a file with these columns.",
        )
    return cast("list[PairRow]", list(with_family(table)))


def with_family(table: Table) -> Iterator[dict[str, Any]]:
    """Every row in TRL's format, with its family where it names one."""
    for made, row in zip(trl.rows(table), table.rows, strict=True):
        yield made if row.get("family") is None else {**made, "family": row["family"]}
