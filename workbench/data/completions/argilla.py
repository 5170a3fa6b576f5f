"""Records of Argilla as its SDK writes them: text fields, and what each user answered to each question.

    2.x to_json        {"fields": {...}, "responses": {"quality": [{"value": 4, "user_id": "..."}]}}
    2.x to_datasets    {"prompt": ..., "quality.responses": [4], "quality.responses.users": ["..."]}
    1.x                {"fields": {...}, "responses": [{"user_id", "status", "values": {"quality": {"value": 4}}}]}
    1.x as datasets    {"prompt": ..., "quality": [{"user_id": "...", "value": 4, "status": "submitted"}]}

A question answered with a number is a criterion; of two answers, a choice or a ranking is a comparison; answers
in other words are left out, and so are drafts and discarded responses where the file says which they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.data.completions import columns
from workbench.data.completions.found import Answer, Comparison, Found, Score
from workbench.errors import DataError

NAME = "records of Argilla"
_FLAT = ".responses"
_SUGGESTED = "-suggestion"  # what a record of 1.x has that nobody has answered yet
_ANSWERED = {"user_id", "value", "status"}


@dataclass(frozen=True, slots=True)
class _Response:
    question: str
    value: Any
    rater: str | None
    submitted: bool


def matches(row: Mapping[str, Any]) -> bool:
    nested = isinstance(row.get("fields"), Mapping) and "responses" in row
    return nested or any(key.endswith((_FLAT, _SUGGESTED)) for key in row) or any(map(_is_column, row.values()))


def read(rows: Sequence[Mapping[str, Any]], path: Path, _criteria: Sequence[str]) -> Found:
    found = Found()
    for number, row in enumerate(rows, 1):
        place = f"{path}, row {number}"
        fields = row["fields"] if isinstance(row.get("fields"), Mapping) else row
        _record(fields, _metadata(row.get("metadata")), list(_responses(row, place)), place, found)
    return found


def _record(
    fields: Mapping[str, Any], metadata: Mapping[str, Any], said: list[_Response], place: str, found: Found
) -> None:
    names = {**metadata, **fields}  # the model is a field of its own, or metadata
    asked, compared = columns.prompt(fields, place), columns.pair(fields)
    if compared is None:
        at = found.add(Answer(asked, columns.answer(fields, place), columns.named(names, columns.MODEL, place)))
        for one in _submitted(said, found):
            _score(at, one, place, found)
        return
    left, right = (
        found.add(Answer(asked, columns.said(fields[name], name, place), columns.named(names, (f"model{end}",), place)))
        for name, end in zip((compared.left, compared.right), compared.endings, strict=True)
    )
    found.pairs.append((left, right))
    for one in _submitted(said, found):
        better = _better(one.value, compared)
        if better is None:
            found.leave_out("answers about a pair that are no comparison")
        else:
            outcome = columns.outcome(better, compared, f"{place}, question {one.question!r}")
            found.comparisons.append(Comparison(left, right, outcome, place, one.rater))


def _submitted(said: list[_Response], found: Found) -> Iterator[_Response]:
    for one in said:
        if one.submitted:
            yield one
        else:
            found.leave_out("responses that were not submitted")


def _score(at: int, one: _Response, place: str, found: Found) -> None:
    if isinstance(one.value, int | float) and not isinstance(one.value, bool):
        value = columns.number(one.value, one.question, place)
        found.scores.append(Score(at, value, place, one.rater, one.question))
    elif columns.is_number(one.value):
        found.scores.append(Score(at, float(one.value), place, one.rater, one.question))
    else:
        found.leave_out("answers without a value" if one.value is None else "answers in words")


def _better(value: Any, compared: columns.Pair) -> str | None:
    """The label of a choice; the first of a ranking, or "tie" where both are first; None for anything else."""
    if isinstance(value, str):
        return value
    ranks = _ranks(value)
    if ranks is None or ranks.keys() != {compared.left, compared.right}:
        return None
    firsts = [name for name, rank in ranks.items() if rank == min(ranks.values())]
    return firsts[0] if len(firsts) == 1 else "tie"


def _ranks(value: Any) -> dict[str, int] | None:
    """Name -> rank: of values with their ranks, as rows or as columns, or of names in their order; None otherwise."""
    if isinstance(value, Mapping) and isinstance(value.get("value"), list) and isinstance(value.get("rank"), list):
        return dict(zip(map(str, value["value"]), value["rank"], strict=False))
    if not isinstance(value, list):
        return None
    if all(isinstance(one, Mapping) and {"value", "rank"} <= one.keys() for one in value):
        return {str(one["value"]): one["rank"] for one in value}
    return {one: rank for rank, one in enumerate(value)} if all(isinstance(one, str) for one in value) else None


def _metadata(value: Any) -> Mapping[str, Any]:
    """An object; as text in datasets of 1.x."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _responses(row: Mapping[str, Any], place: str) -> Iterator[_Response]:
    """What every user answered to every question, of each of the three layouts."""
    given = row.get("responses")
    if isinstance(given, Mapping):
        for question, answers in given.items():
            for one in _list(answers, question, place):
                yield _Response(question, one.get("value"), _user(one), one.get("status", "submitted") == "submitted")
    elif given is not None:
        for one in _list(given, "responses", place):
            for question, answer in (one.get("values") or {}).items():
                value = answer.get("value") if isinstance(answer, Mapping) else answer
                yield _Response(question, value, _user(one), one.get("status", "submitted") == "submitted")
    for key in (key for key in row if key.endswith(_FLAT)):
        yield from _flat(row, key, place)
    for question, answers in row.items():
        if _is_column(answers):
            for one in _rows(answers):
                yield _Response(question, one["value"], _user(one), one["status"] == "submitted")


def _is_column(value: Any) -> bool:
    """Whether this is the column of a question in a dataset of 1.x, with the answer of every user."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, Mapping) and one.keys() >= _ANSWERED for one in value)
    return (
        isinstance(value, Mapping)
        and value.keys() >= _ANSWERED
        and all(isinstance(value[key], list) for key in _ANSWERED)
    )


def _rows(answers: Any) -> list[Mapping[str, Any]]:
    """One object an answer; before 1.13 a column is an object of lists."""
    if isinstance(answers, list):
        return answers
    lists = (answers["user_id"], answers["value"], answers["status"])
    return [{"user_id": user, "value": value, "status": state} for user, value, state in zip(*lists, strict=False)]


def _flat(row: Mapping[str, Any], key: str, place: str) -> Iterator[_Response]:
    values = row[key] or []
    users, states = row.get(f"{key}.users") or [None] * len(values), row.get(f"{key}.status") or []
    states = states or ["submitted"] * len(values)
    if not len(values) == len(users) == len(states):
        raise DataError(f"{place}: {key!r} has {len(values)} values of {len(users)} users.")
    for value, user, state in zip(values, users, states, strict=True):
        yield _Response(key.removesuffix(_FLAT), value, str(user) if user else None, state == "submitted")


def _user(response: Mapping[str, Any]) -> str | None:
    user = response.get("user_id")
    return str(user) if user not in (None, "", "None") else None


def _list(value: Any, key: str, place: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise DataError(f"{place}: {key!r} is not a list of responses.")
    return value
