"""Rows of a table, jsonl, json or csv: a prompt with an answer, or with two.

    prompt, completion [, model] [, rater] [, criterion] [, score]       one score a row
    prompt, completion, rater, fluency, coherence ...                    a column a criterion of the rubric
    prompt, response_a, response_b [, model_a, model_b] , winner         a comparison

Other names that are understood stand in `columns`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.data.completions import columns
from workbench.data.completions.found import Answer, Comparison, Found, Score
from workbench.errors import DataError

NAME = "a table of prompts and answers"


def matches(row: Mapping[str, Any]) -> bool:
    return columns.has_answer(row)


def read(rows: Sequence[Mapping[str, Any]], path: Path, criteria: Sequence[str]) -> Found:
    found = Found()
    for number, row in enumerate(rows, 1):
        place = f"{path}, row {number}"
        compared = columns.pair(row)
        if compared is None:
            _one(row, place, criteria, found)
        else:
            _two(row, compared, place, found)
    return found


def _one(row: Mapping[str, Any], place: str, criteria: Sequence[str], found: Found) -> None:
    model = columns.named(row, columns.MODEL, place)
    finish = "length" if row.get("finish_reason") == "length" else "stop"
    at = found.add(Answer(columns.prompt(row, place), columns.answer(row, place), model, finish))  # type: ignore[arg-type]
    rater = columns.named(row, columns.RATER, place)
    moment = columns.moment(row.get("created_at"))
    for criterion, value in _scores(row, place, criteria):
        found.scores.append(Score(at, value, place, rater, criterion, moment))


def _scores(row: Mapping[str, Any], place: str, criteria: Sequence[str]) -> Iterator[tuple[str | None, float]]:
    """(criterion, value); None where a score stands without a criterion."""
    key = columns.first(row, columns.SCORE)
    if key is not None:
        yield columns.named(row, ("criterion",), place), columns.number(row[key], key, place)
    table = row.get("scores") or {}
    if not isinstance(table, Mapping):
        raise DataError(f"{place}: 'scores' is {type(table).__name__}.", 'Write {"fluency": 4}.')
    for criterion, value in table.items():
        yield criterion, columns.number(value, criterion, place)
    for criterion in criteria:
        if row.get(criterion) not in (None, ""):
            yield criterion, columns.number(row[criterion], criterion, place)


def _two(row: Mapping[str, Any], compared: columns.Pair, place: str, found: Found) -> None:
    asked = columns.prompt(row, place)
    left, right = (
        found.add(Answer(asked, columns.said(row[name], name, place), columns.named(row, (f"model{end}",), place)))
        for name, end in zip((compared.left, compared.right), compared.endings, strict=True)
    )
    found.pairs.append((left, right))
    key = columns.first(row, columns.WINNER)
    if key is not None:
        outcome = columns.outcome(row[key], compared, place)
        rater = columns.named(row, columns.RATER, place)
        found.comparisons.append(Comparison(left, right, outcome, place, rater, columns.moment(row.get("created_at"))))
