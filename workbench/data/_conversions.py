"""How a row of each dialect becomes a row of ours: only columns are told apart here, the layout's check comes after."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping
from typing import Any

from workbench.data.files import Row
from workbench.data.layouts import check_messages
from workbench.errors import DataError

_ROLES = {
    "human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "chatgpt": "assistant",
    "model": "assistant", "bot": "assistant", "system": "system",
}  # fmt: skip
_WHOLE = re.compile("[0-9]{1,9}")
_SPEAKER = re.compile(r"\n\n(Human|Assistant):")
_TRUTH = {"true": True, "false": False, "1": True, "0": False}


def anything(_row: Row) -> bool:
    return True


def is_judged(row: Row) -> bool:
    """Whether the column `label` says good or bad; 0 and 1 count beside a single answer only."""
    word = str(row.get("label")).strip().lower()
    return word in ("true", "false") or ("completion" in row and word in _TRUTH)


def is_answered(row: Row) -> bool:
    """Whether the column `answer` holds words: a number may mean anything."""
    return isinstance(row.get("answer"), str | bool | list | dict)


def same(row: Row, _place: str) -> Row:
    return row


def messages(row: Row, _place: str) -> Row:
    """A csv or parquet file may hold the list as JSON text."""
    return row if isinstance(row["messages"], list) else {"messages": listed(row["messages"])}


def sharegpt(row: Row, place: str) -> Row:
    return {"messages": _turns(row["conversations"], f"{place}, column 'conversations'")}


def sharegpt_pair(row: Row, place: str) -> Row:
    asked = _turns(row["conversations"], f"{place}, column 'conversations'")
    chosen, rejected = (
        _turns(row[name] if isinstance(row[name], list) else [row[name]], f"{place}, column {name!r}")
        for name in ("chosen", "rejected")
    )
    return {"prompt": asked, "chosen": chosen, "rejected": rejected}


def pair(row: Row, place: str) -> Row:
    """Both answers may repeat the conversation that they end: what they share is the prompt."""
    asked = next((row[name] for name in ("prompt", "messages", "question") if row.get(name) is not None), None)
    asked = _instruction(row) if asked is None and row.get("instruction") is not None else listed(asked)
    chosen, rejected = _spoken(row["chosen"]), _spoken(row["rejected"])
    if isinstance(chosen, list) and isinstance(rejected, list) and (len(chosen) > 1 or len(rejected) > 1):
        if chosen[:-1] != rejected[:-1]:
            raise DataError(
                f"{place}: chosen and rejected differ before their last turn.", "A pair is two answers to one prompt."
            )
        asked, chosen, rejected = _before(asked, chosen[:-1]), chosen[-1:], rejected[-1:]
    if asked is None:
        raise DataError(
            f"{place}: there is nothing that chosen and rejected answer.",
            "Name the column of the prompt: --map prompt=COLUMN.",
        )
    if (asked, chosen, rejected) == (row.get("prompt"), row["chosen"], row["rejected"]):
        return row
    return {"prompt": asked, "chosen": chosen, "rejected": rejected}


def judged(row: Row, _place: str) -> Row:
    """One answer with its verdict; true and false may be words or 1 and 0."""
    label = row["label"] if row.get("label") is not None else row["kto_tag"]
    if isinstance(label, bool) and "label" in row and isinstance(row["completion"], str | list):
        return row
    return {"prompt": listed(row["prompt"]), "completion": listed(row["completion"]), "label": _truth(label)}


def judged_conversation(row: Row, place: str) -> Row:
    """A conversation that ends with the answer judged."""
    name = "messages" if row.get("messages") is not None else "conversations"
    turns = _turns(row[name], f"{place}, column {name!r}")
    if len(turns) < 2 or turns[-1]["role"] != "assistant":
        raise DataError(
            f"{place}, column {name!r}: a judged conversation ends with an assistant's answer.",
            "Add the answer that the label is about, or remove the row.",
        )
    label = row["label"] if row.get("label") is not None else row["kto_tag"]
    return {"prompt": turns[:-1], "completion": turns[-1:], "label": _truth(label)}


def completion(row: Row, _place: str) -> Row:
    if "completion" in row and not _is_json(row["completion"]) and not _is_json(row["prompt"]):
        return row
    answer = row["completion"] if row.get("completion") is not None else row["response"]
    return {"prompt": listed(row["prompt"]), "completion": listed(answer)}


def alpaca_turns(row: Row, place: str) -> Row:
    """Alpaca with a system prompt or earlier turns, as LLaMA-Factory writes it; either may be empty."""
    history = listed(row.get("history") or [])
    if not isinstance(history, list) or any(not isinstance(pair, list) or len(pair) != 2 for pair in history):
        raise DataError(
            f"{place}, column 'history': expected a list of pairs.", 'Write [["a question", "its answer"], ...].'
        )
    said = [("system", row["system"])] if row.get("system") else []
    said += [turn for question, answer in history for turn in (("user", question), ("assistant", answer))]
    turns = [{"role": role, "content": text} for role, text in [*said, ("user", _instruction(row))]]
    return {"prompt": turns, "completion": row["output"]}


def dolly(row: Row, _place: str) -> Row:
    """Instruction, context and response, as in Dolly."""
    along = row.get("input") or row.get("context") or ""
    return {"instruction": row["instruction"], "input": along, "output": row["response"]}


def choices(row: Row, place: str) -> Row:
    """The right choice may be named by its place from 0, its letter, its own mark (ARC), or its words."""
    given = listed(row["choices"]) if row.get("choices") is not None else _numbered_choices(row)
    marks = list(string.ascii_uppercase)
    if isinstance(given, Mapping):
        marks = [str(mark) for mark in _list_of(given.get("label"))]
        given = given.get("text")
    named = next((row[name] for name in ("answer", "answerKey", "label") if row.get(name) is not None), None)
    answer = _place_of(named, _list_of(given), marks)
    question = _with_passage(row, place)
    if (question, given, answer) == (row["question"], row.get("choices"), row.get("answer")):
        return row
    return {"question": question, "choices": given, "answer": answer}


def question_and_answer(row: Row, place: str) -> Row:
    """The first of several answers is the one to learn; true and false become yes and no."""
    answer = listed(row["answers"] if row.get("answers") is not None else row["answer"])
    if isinstance(answer, Mapping):
        answer = answer.get("text")  # as in SQuAD
    if isinstance(answer, list):
        if not answer:
            raise DataError(f"{place}: there is no answer.", "Add one, or remove the row.")
        answer = answer[0]
    if isinstance(answer, bool):
        answer = "yes" if answer else "no"
    return {"prompt": _with_passage(row, place), "completion": answer}


def summary(row: Row, _place: str) -> Row:
    """A document is asked to be summed up, in words: a chat model needs to be told."""
    return {"prompt": f"{row['document']}\n\nSummarise the text above.", "completion": row["summary"]}


def labelled(row: Row, _place: str) -> Row:
    """A class number may be written as text, as in every csv file, or be true or false."""
    label = row["label"]
    whole = isinstance(label, bool) or (isinstance(label, str) and _WHOLE.fullmatch(label) is not None)
    if "text" in row and not whole:
        return row
    text = row["text"] if row.get("text") is not None else row["sentence"]
    return {"text": text, "label": int(label) if whole else label}


def plain_text(row: Row, _place: str) -> Row:
    return {"text": next(row[name] for name in ("sentence", "document", "content") if row.get(name) is not None)}


def listed(value: Any) -> Any:
    """The list or object that a text holds as JSON, which is how a csv cell holds one; any other value as it is."""
    if not _is_json(value):
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return found if isinstance(found, list | dict) else value


def _is_json(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("[{", '["', '{"'))


def _list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _turns(value: Any, place: str) -> list[dict[str, Any]]:
    """Turns of {"from", "value"} or {"role", "content"} as messages."""
    given = listed(value)
    if not isinstance(given, list) or not given:
        raise DataError(f"{place}: expected a list of turns.", 'Write [{"from": "human", "value": "..."}].')
    turns = [_turn(turn, f"{place}, turn {number}") for number, turn in enumerate(given, 1)]
    check_messages(turns, place)
    return turns


def _turn(turn: Any, place: str) -> dict[str, Any]:
    if not isinstance(turn, Mapping):
        raise DataError(f"{place}: expected an object with from and value.", "Each turn says who speaks.")
    who = turn["from"] if "from" in turn else turn.get("role")
    if not isinstance(who, str) or who.lower() not in _ROLES:
        raise DataError(
            f"{place}: {who!r} is not one of human, gpt, system (or user, assistant).",
            "Rename it, or remove the conversation: turns of tools are not learned.",
        )
    return {"role": _ROLES[who.lower()], "content": turn["value"] if "value" in turn else turn.get("content")}


def _truth(value: Any) -> Any:
    """True or False for the words and digits that mean it; any other value as it is, for the check to refuse."""
    return value if isinstance(value, bool) else _TRUTH.get(str(value).strip().lower(), value)


def _spoken(value: Any) -> Any:
    """The turns of a transcript as HH-RLHF writes it, or of JSON; any other value as it is."""
    if not isinstance(value, str) or not value.startswith("\n\nHuman:"):
        return listed(value)
    _, *parts = _SPEAKER.split(value)
    said = zip(parts[::2], parts[1::2], strict=True)
    return [{"role": "user" if who == "Human" else "assistant", "content": text.strip()} for who, text in said]


def _before(asked: Any, shared: list[Any]) -> list[Any]:
    """What is asked, and the turns that both answers share: these may begin with what is asked, or go on from it."""
    asked = [{"role": "user", "content": asked}] if isinstance(asked, str) else asked
    before = asked if isinstance(asked, list) else []
    return shared if shared[: len(before)] == before else before + shared


def _instruction(row: Row) -> Any:
    along = row.get("input")
    return f"{row['instruction']}\n\n{along}" if isinstance(along, str) and along.strip() else row["instruction"]


def _with_passage(row: Row, place: str) -> str:
    """The question after what it is about."""
    about = next((row[name] for name in ("passage", "context") if row.get(name)), None)
    for name in ("question", "passage", "context"):
        if row.get(name) is not None and not isinstance(row[name], str):
            raise DataError(
                f"{place}, column {name!r}: a value of type {type(row[name]).__name__} is not text.",
                "Write it as text.",
            )
    return f"{about}\n\n{row['question']}" if about else str(row["question"])


def _numbered_choices(row: Row) -> list[Any]:
    """ans0, ans1, ... as in BBQ."""
    names = [f"ans{number}" for number in range(len(string.ascii_uppercase))]
    return [row[name] for name in names if row.get(name) is not None]


def _place_of(named: Any, choices: list[Any], marks: list[str]) -> Any:
    """The place of the right choice from 0; what cannot be understood is returned for the check to refuse."""
    if isinstance(named, bool) or not isinstance(named, str | int):
        return named
    if named in choices:
        return choices.index(named)
    if str(named) in marks[: len(choices)]:
        return marks.index(str(named))
    return int(named) if isinstance(named, str) and named.isascii() and named.isdigit() and len(named) < 4 else named
