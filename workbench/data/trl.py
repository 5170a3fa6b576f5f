"""Rows as TRL takes them. Its format, not ours, names the columns; a text becomes a turn, so that templates apply.

text          language modelling           {"text"}
messages      conversational modelling     {"messages"}
prompts       prompt only                  {"prompt": [...]}
alpaca, completions, choices               {"prompt": [...], "completion": [...]}
preferences                                {"prompt": [...], "chosen": [...], "rejected": [...]}
unpaired                                   {"prompt": [...], "completion": [...], "label": true or false}
labelled      no format of TRL's           {"text", "label"}, as a classification head takes them
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.data import formats
from workbench.data.files import Row
from workbench.data.formats import Table
from workbench.data.layouts import Layout
from workbench.records import Message

FORMATS: dict[Layout, str] = {
    "text": "language modelling",
    "messages": "language modelling, conversational",
    "prompts": "prompt-only, conversational",
    "alpaca": "prompt-completion, conversational",
    "completions": "prompt-completion, conversational",
    "choices": "prompt-completion, conversational",
    "preferences": "preference, conversational",
    "unpaired": "unpaired preference, conversational",
    "labelled": "text and label (classification; none of TRL's)",
}


def conversational(layout: Layout, row: Row, place: str = "") -> dict[str, Any]:
    """One row in TRL's format; DataError naming `place` where an answer to learn is missing. Further columns go."""
    match layout:
        case "text":
            return {"text": row["text"]}
        case "labelled":
            return {"text": row["text"], "label": row["label"]}
        case "messages":
            return {"messages": _plain(row["messages"])}
        case "preferences":
            return {"prompt": _said(row["prompt"], "user")} | {
                name: _said(row[name], "assistant") for name in ("chosen", "rejected")
            }
        case "unpaired":
            return {
                "prompt": _said(row["prompt"], "user"),
                "completion": _said(row["completion"], "assistant"),
                "label": row["label"],
            }
    asked = [_turn(message) for message in formats.asked(layout, row, place)]
    if layout == "prompts":
        return {"prompt": asked}
    return {"prompt": asked, "completion": [{"role": "assistant", "content": formats.answer(row, place)}]}


def rows(table: Table) -> Iterator[dict[str, Any]]:
    """Every row of a table in TRL's format; the labels of classes all of one type, as a column needs them."""
    words = table.layout == "labelled" and any(isinstance(row["label"], str) for row in table.rows)
    for number, row in enumerate(table.rows, 1):
        made = conversational(table.layout, row, f"{table.source}, row {number}")
        yield {**made, "label": str(made["label"])} if words else made


def _said(value: Any, role: Any) -> list[dict[str, str]]:
    return [{"role": role, "content": value}] if isinstance(value, str) else _plain(value)


def _plain(messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Role and content alone: a further key in some messages only would become a null in all others."""
    return [{"role": message["role"], "content": message["content"]} for message in messages]


def _turn(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}
