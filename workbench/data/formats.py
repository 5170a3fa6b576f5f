"""Files of rows, read as what people already have: jsonl or json, in the layouts of the field.

    prompts       {"prompt": text}           (or "question", "text"; further keys are kept out of the question)
    alpaca        {"instruction": text, "input": text, "output": text}
    messages      {"messages": [{"role": ..., "content": ...}, ...]}
    completions   {"prompt": text or [...], "completion": text or [...]}    (one assistant's turn to learn)
    unpaired      the same with {"label": true or false}: a good answer or a bad one (KTO)
    preferences   {"prompt": [...], "chosen": [...], "rejected": [...]}

Everything broken is refused with file, row (from 1), key and the fix; nothing is half read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from workbench.data.files import Row, check_unicode, objects
from workbench.errors import DataError
from workbench.records import Message, Role

Layout = Literal["prompts", "alpaca", "messages", "completions", "unpaired", "preferences"]
ASKABLE: tuple[Layout, ...] = (
    "prompts",
    "alpaca",
    "messages",
    "completions",
    "unpaired",
    "preferences",
)  # can be asked
ANSWERED: tuple[Layout, ...] = ("alpaca", "completions")  # hold one answer to learn from
_PROMPT_KEYS = ("prompt", "question", "text")
_ROLES = ("system", "user", "assistant")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file and what their columns mean; `source` names the file in messages."""

    layout: Layout
    rows: list[Row]
    source: str


def read(path: Path) -> Table:
    """All rows of a jsonl or json file, each checked against the layout of the first."""
    rows = objects(path)
    if not rows:
        raise DataError(f"{path} holds no rows.")
    layout = _layout(rows[0], str(path))
    check = _CHECKS[layout]
    for number, row in enumerate(rows, 1):
        check(row, f"{path}, row {number}")
    return Table(layout, rows, str(path))


def conversations(table: Table) -> list[tuple[Message, ...]]:
    """What a model is asked, row by row; DataError for a layout that holds no prompts."""
    if table.layout == "prompts":
        return [(Message("user", row[_prompt_key(row)]),) for row in table.rows]
    if table.layout == "alpaca":
        return [(Message("user", _alpaca(row)),) for row in table.rows]
    if table.layout == "messages":
        return _all_asked(table, "messages")
    if table.layout in ("completions", "unpaired"):
        return [_prompted(row, f"{table.source}, row {number}") for number, row in enumerate(table.rows, 1)]
    return _all_asked(table, "prompt")


def answered(table: Table, limit: int | None = None) -> list[tuple[tuple[Message, ...], str]]:
    """What is asked and the answer to learn, of the first `limit` rows (None: all).

    DataError for another layout, and for a row without an answer; an answer may be empty.
    """
    if table.layout not in ANSWERED:
        raise DataError(
            f"{table.source} holds {table.layout}; needed are prompts with one answer each.",
            'Use the keys "instruction" and "output", or "prompt" and "completion".',
        )
    rows = table.rows[:limit]
    answers = [_answer(row, f"{table.source}, row {number}") for number, row in enumerate(rows, 1)]
    return list(zip(conversations(Table(table.layout, rows, table.source)), answers, strict=True))


def conversation(value: Any, place: str) -> tuple[Message, ...]:
    """A list of {"role", "content"} up to its last user's turn; DataError naming `place` and what is wrong."""
    _messages(value, place)
    return _asked(value, place)


def _layout(row: Row, source: str) -> Layout:
    if "chosen" in row and "rejected" in row:
        return "preferences"
    if "prompt" in row and "completion" in row:
        return "unpaired" if "label" in row else "completions"
    if "instruction" in row:
        return "alpaca"
    if "messages" in row:
        return "messages"
    if any(key in row for key in _PROMPT_KEYS):
        return "prompts"
    raise DataError(
        f"{source}, row 1: no known layout has the keys {', '.join(sorted(row)) or '(none)'}.",
        'Prompts need the key "prompt", or "instruction" (alpaca), or "messages".',
    )


def _check_prompt(row: Row, place: str) -> None:
    if not any(key in row for key in _PROMPT_KEYS):
        raise DataError(f'{place}: the key "prompt" is missing.')
    _text(row, _prompt_key(row), place)


def _prompt_key(row: Row) -> str:
    return next(key for key in _PROMPT_KEYS if key in row)


def _check_alpaca(row: Row, place: str) -> None:
    _text(row, "instruction", place)
    for key in ("input", "output"):
        if not isinstance(row.get(key, ""), str):
            raise DataError(f"{place}: {key!r} is {type(row[key]).__name__}, not text.")
        check_unicode(row.get(key, ""), f"{place}, key {key!r}")


def _check_messages(row: Row, place: str) -> None:
    _messages(row.get("messages"), f"{place}, key 'messages'")


def _check_completions(row: Row, place: str) -> None:
    if isinstance(row.get("prompt"), list):
        _messages(row["prompt"], f"{place}, key 'prompt'")
    else:
        _text(row, "prompt", place)
    if isinstance(row.get("completion"), list):
        _messages(row["completion"], f"{place}, key 'completion'")
        if [message["role"] for message in row["completion"]] != ["assistant"]:
            raise DataError(f"{place}, key 'completion': expected one assistant's turn.")
    elif not isinstance(row.get("completion"), str):
        raise DataError(f"{place}: 'completion' is {type(row.get('completion')).__name__}, not text.")
    else:
        check_unicode(row["completion"], f"{place}, key 'completion'")


def _check_unpaired(row: Row, place: str) -> None:
    _check_completions(row, place)
    if not isinstance(row.get("label"), bool):
        raise DataError(f"{place}: 'label' is {type(row.get('label')).__name__}, not true or false.")


def _check_preferences(row: Row, place: str) -> None:
    for key in ("prompt", "chosen", "rejected"):
        _messages(row.get(key), f"{place}, key {key!r}")


_CHECKS = {
    "prompts": _check_prompt,
    "alpaca": _check_alpaca,
    "messages": _check_messages,
    "completions": _check_completions,
    "unpaired": _check_unpaired,
    "preferences": _check_preferences,
}


def _text(row: Row, key: str, place: str) -> None:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        found = (
            "missing" if key not in row else "empty" if isinstance(value, str) else f"{type(value).__name__}, not text"
        )
        raise DataError(f"{place}: {key!r} is {found}.")
    check_unicode(value, f"{place}, key {key!r}")


def _messages(value: Any, place: str) -> None:
    if not isinstance(value, list) or not value:
        raise DataError(f"{place}: expected a list of messages.", 'Write [{"role": "user", "content": "..."}].')
    for number, message in enumerate(value, 1):
        where = f"{place}, message {number}"
        if not isinstance(message, Mapping) or message.get("role") not in _ROLES:
            raise DataError(f"{where}: the role is not one of {', '.join(_ROLES)}.")
        if not isinstance(message.get("content"), str):
            raise DataError(f"{where}: there is no text under 'content'.")
        check_unicode(message["content"], where)


def _alpaca(row: Row) -> str:
    extra = row.get("input", "")
    return f"{row['instruction']}\n\n{extra}" if extra.strip() else str(row["instruction"])


def _prompted(row: Row, place: str) -> tuple[Message, ...]:
    prompt = row["prompt"]
    return (Message("user", prompt),) if isinstance(prompt, str) else _asked(prompt, f"{place}, key 'prompt'")


def _answer(row: Row, place: str) -> str:
    """The answer of a row of one of the layouts in ANSWERED."""
    if "completion" in row:
        said = row["completion"]
        return said if isinstance(said, str) else str(said[0]["content"])
    if "output" not in row:
        raise DataError(f'{place}: the key "output" is missing.', "Every row needs an answer to learn.")
    return str(row["output"])


def _all_asked(table: Table, key: str) -> list[tuple[Message, ...]]:
    return [_asked(row[key], f"{table.source}, row {number}, key {key!r}") for number, row in enumerate(table.rows, 1)]


def _asked(messages: Sequence[Mapping[str, str]], place: str) -> tuple[Message, ...]:
    """The conversation up to its last user's turn: what a model can be asked."""
    last = max((at for at, message in enumerate(messages) if message["role"] == "user"), default=-1)
    if last < 0:
        raise DataError(f"{place}: there is no user's turn.", "Every row needs something to answer.")
    return tuple(Message(_role(message["role"]), message["content"]) for message in messages[: last + 1])


def _role(name: str) -> Role:
    return "system" if name == "system" else "assistant" if name == "assistant" else "user"
