"""A table of any layout as the rows that checks read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.data.checks import Part, Row
from workbench.data.formats import Table
from workbench.data.layouts import Layout, prompt_column

Parts = tuple[Part, ...]


def rows(table: Table) -> list[Row]:
    """One row each, numbered from 1; a column `label` (text, number or truth value) is the row's label.

    Of prompts and texts nothing else is read, so a label there, which other columns may decide, is none.
    """
    split = _LAYOUTS[table.layout]
    labelled = table.layout not in ("prompts", "text")
    return [Row(number, *split(row), _label(row) if labelled else None) for number, row in enumerate(table.rows, 1)]


def _prompts(row: Mapping[str, Any]) -> tuple[Parts, Parts]:
    return (Part("user", row[prompt_column(dict(row))]),), ()


def _alpaca(row: Mapping[str, Any]) -> tuple[Parts, Parts]:
    asked = [row["instruction"]] + ([row["input"]] if row.get("input") else [])
    answers = (Part("assistant", row["output"]),) if row.get("output") is not None else ()
    return tuple(Part("user", text) for text in asked), answers


def _messages(row: Mapping[str, Any]) -> tuple[Parts, Parts]:
    """The conversation up to its last user's turn, and what follows it."""
    turns = _turns(row["messages"])
    asked = max((at for at, turn in enumerate(turns, 1) if turn.role == "user"), default=0)
    return turns[:asked], turns[asked:]


def _completions(row: Mapping[str, Any]) -> tuple[Parts, Parts]:
    return _said(row["prompt"], "user"), _said(row["completion"], "assistant")


def _preferences(row: Mapping[str, Any]) -> tuple[Parts, Parts]:
    answers = [Part(role, turn.text) for role in ("chosen", "rejected") for turn in _said(row[role], role)]
    return _said(row["prompt"], "user"), tuple(answers)


def _text(row: Mapping[str, Any]) -> tuple[Parts, Parts]:
    return (Part("user", row["text"]),), ()


def _choices(row: Mapping[str, Any]) -> tuple[Parts, Parts]:
    """The question, and the right choice as its answer."""
    return (Part("user", row["question"]),), (Part("assistant", row["choices"][row["answer"]]),)


_LAYOUTS: dict[Layout, Callable[[Mapping[str, Any]], tuple[Parts, Parts]]] = {
    "prompts": _prompts,
    "alpaca": _alpaca,
    "messages": _messages,
    "completions": _completions,
    "unpaired": _completions,
    "preferences": _preferences,
    "text": _text,
    "labelled": _text,
    "choices": _choices,
}


def _said(value: str | Sequence[Mapping[str, str]], role: str) -> Parts:
    return (Part(role, value),) if isinstance(value, str) else _turns(value)


def _turns(messages: Sequence[Mapping[str, str]]) -> Parts:
    return tuple(Part(message["role"], message["content"]) for message in messages)


def _label(row: Mapping[str, Any]) -> str | None:
    value = row.get("label")
    return str(value) if isinstance(value, str | int | float) else None
