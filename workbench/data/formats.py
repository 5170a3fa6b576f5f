"""A file of rows as a table: read whole, in whatever format and dialect it comes, and asked what it means.

Everything broken is refused with file, row (from 1), column and the fix; nothing is half read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.data import dialects, files, recognise
from workbench.data.files import Row
from workbench.data.layouts import Layout, asked_turns, check_messages, prompt_column
from workbench.data.recognise import Meaning
from workbench.errors import DataError
from workbench.records import Message, Role

ASKABLE: tuple[Layout, ...] = (
    "prompts", "alpaca", "messages", "completions", "preferences", "unpaired", "text", "labelled", "choices",
)  # fmt: skip  # can be asked
ANSWERED: tuple[Layout, ...] = ("alpaca", "messages", "completions", "labelled", "choices")  # one answer to learn
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file in our layout; `source` names the file in messages."""

    layout: Layout
    rows: list[Row]
    source: str


def read(path: Path) -> Table:
    """All rows of a file, each checked against the layout that most have."""
    meant = recognise.meaning(recognise.sample(path), str(path), None, {})
    return Table(meant.layout, [row for row, _ in rows(path, meant)], str(path))


def rows(path: Path, meant: Meaning) -> Iterator[files.Placed]:
    """The rows of a file in our layout, one at a time, each with how far into the file it ends."""
    return converted(files.stream(path), str(path), meant)


def converted(given: Iterator[files.Placed], source: str, meant: Meaning) -> Iterator[files.Placed]:
    """Rows from anywhere in our layout; DataError names the row, from 1, the column and the fix."""
    by_name = meant.chosen or bool(meant.columns)
    for number, (row, end) in enumerate(given, 1):
        ours = dialects.renamed(row, meant.columns)
        yield dialects.converted(ours, meant.layout, by_name, f"{source}, row {number}"), end


def conversations(table: Table) -> list[tuple[Message, ...]]:
    """What a model is asked, row by row; DataError for a row that asks nothing."""
    ask = _ASKED[table.layout]
    return [ask(row, f"{table.source}, row {number}") for number, row in enumerate(table.rows, 1)]


def asked(layout: Layout, row: Row, place: str) -> tuple[Message, ...]:
    """What a model is asked by one row."""
    return _ASKED[layout](row, place)


def answered(table: Table) -> list[tuple[tuple[Message, ...], str]]:
    """What is asked and the answer to learn, row by row.

    DataError for another layout, and for a row without an answer; an answer may be empty. Of a conversation, it is
    the assistant's last turn; of a label, its text; of choices, the letter and the words of the right one.
    """
    if table.layout not in ANSWERED:
        raise DataError(
            f"{table.source} holds {table.layout}; needed are prompts with one answer each.",
            'Use the columns "instruction" and "output", or "prompt" and "completion".',
        )
    answers = [answer(row, f"{table.source}, row {number}") for number, row in enumerate(table.rows, 1)]
    return list(zip(conversations(table), answers, strict=True))


def conversation(value: Any, place: str) -> tuple[Message, ...]:
    """A list of {"role", "content"} up to its last user's turn; DataError naming `place` and what is wrong."""
    check_messages(value, place)
    return _turns(value, place)


def _prompt(row: Row, _place: str) -> tuple[Message, ...]:
    return (Message("user", row[prompt_column(row)]),)


def _instruction(row: Row, _place: str) -> tuple[Message, ...]:
    along = row.get("input") or ""
    text = f"{row['instruction']}\n\n{along}" if along.strip() else str(row["instruction"])
    return (Message("user", text),)


def _conversation(row: Row, place: str) -> tuple[Message, ...]:
    return _turns(row["messages"], f"{place}, column 'messages'")


def _prompted(row: Row, place: str) -> tuple[Message, ...]:
    prompt = row["prompt"]
    return (Message("user", prompt),) if isinstance(prompt, str) else _turns(prompt, f"{place}, column 'prompt'")


def _text(row: Row, _place: str) -> tuple[Message, ...]:
    return (Message("user", row["text"]),)


def _choice(row: Row, _place: str) -> tuple[Message, ...]:
    lines = [f"{letter}. {choice}" for letter, choice in zip(LETTERS, row["choices"], strict=False)]
    return (Message("user", "\n".join([row["question"], *lines])),)


_ASKED: dict[Layout, Callable[[Row, str], tuple[Message, ...]]] = {
    "prompts": _prompt,
    "alpaca": _instruction,
    "messages": _conversation,
    "completions": _prompted,
    "preferences": _prompted,
    "unpaired": _prompted,
    "text": _text,
    "labelled": _text,
    "choices": _choice,
}


def answer(row: Row, place: str) -> str:
    """The answer of a row of one of the layouts in ANSWERED."""
    if "messages" in row:
        return _last_turn(row["messages"], f"{place}, column 'messages'")
    if "completion" in row:
        said = row["completion"]
        return said if isinstance(said, str) else str(said[0]["content"])
    if "choices" in row:
        return f"{LETTERS[row['answer']]}. {row['choices'][row['answer']]}"
    if "label" in row and "instruction" not in row:
        return str(row["label"])
    if row.get("output") is None:
        raise DataError(f'{place}: the column "output" is missing.', "Every row needs an answer to learn.")
    return str(row["output"])


def _last_turn(messages: Sequence[Mapping[str, str]], place: str) -> str:
    if messages[-1]["role"] != "assistant" or asked_turns(messages, place) != len(messages) - 1:
        raise DataError(
            f"{place}: the conversation does not end with one answer to a question.",
            "Add the assistant's turn that is to be learned, or remove the row.",
        )
    return messages[-1]["content"]


def _turns(messages: Sequence[Mapping[str, str]], place: str) -> tuple[Message, ...]:
    """The conversation up to its last user's turn."""
    last = asked_turns(messages, place)
    return tuple(Message(_role(message["role"]), message["content"]) for message in messages[:last])


def _role(name: str) -> Role:
    return "system" if name == "system" else "assistant" if name == "assistant" else "user"
