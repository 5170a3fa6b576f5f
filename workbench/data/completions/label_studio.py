"""Tasks of Label Studio as its JSON export writes them: `data`, and what each annotator marked.

    {"data": {"prompt": ..., "response": ...}, "annotations": [{"completed_by": 3, "was_cancelled": false, "result": [
        {"type": "rating", "from_name": "fluency", "value": {"rating": 4}},
        {"type": "choices", "from_name": "coherence", "value": {"choices": ["5"]}},
        {"type": "pairwise", "value": {"selected": "left"}}]}]}

The name of a tag (`from_name`) is the criterion. Choices count where they are numbers, or name the better of two
answers; other marks are left out, and so are cancelled annotations.

JSON-MIN holds one annotation a row, each mark under the name of its tag beside the data:

    {"prompt": ..., "response": ..., "fluency": [{"rating": 4}], "coherence": "5", "annotator": 3, "annotation_id": 11}

There a choice counts under the name of a criterion, and of two answers under a name for the better one (`preference`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.data.completions import columns
from workbench.data.completions.found import Answer, Comparison, Found, Score
from workbench.errors import DataError

NAME = "a JSON export of Label Studio"
_MINIMAL = {"annotator", "annotation_id"}
_MARKS = {"rating", "choices", "selected"}


def matches(row: Mapping[str, Any]) -> bool:
    return _is_task(row) or row.keys() >= _MINIMAL


def read(rows: Sequence[Mapping[str, Any]], path: Path, criteria: Sequence[str]) -> Found:
    found = Found()
    for number, row in enumerate(rows, 1):
        task = row if _is_task(row) else _unfolded(row, criteria)
        place = f"{path}, row {number}"
        _task(task["data"], list(_annotations(task, place, found)), place, found)
    return found


def _is_task(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("data"), Mapping) and isinstance(row.get("annotations"), list)


def _unfolded(row: Mapping[str, Any], criteria: Sequence[str]) -> Mapping[str, Any]:
    """A row of JSON-MIN as the task of the JSON export that it was made from."""
    marks = {name: found for name, value in row.items() if (found := _values(name, value, criteria))}
    result = [{"type": "mark", "from_name": name, "value": one} for name, found in marks.items() for one in found]
    data = {name: value for name, value in row.items() if name not in marks}
    return {"data": data, "annotations": [{**data, "completed_by": row["annotator"], "result": result}]}


def _values(name: str, value: Any, criteria: Sequence[str]) -> list[Mapping[str, Any]]:
    """The values of the marks in a column; none for a column of data."""
    if isinstance(value, list):
        return value if all(isinstance(one, Mapping) and _MARKS & one.keys() for one in value) else []
    if name in criteria and isinstance(value, int | float):
        return [{"rating": value}]
    return [{"choices": [value]}] if isinstance(value, str) and (name in criteria or name in columns.WINNER) else []


def _task(data: Mapping[str, Any], annotations: list[Mapping[str, Any]], place: str, found: Found) -> None:
    asked, compared = columns.prompt(data, place), columns.pair(data)
    if compared is None:
        at = found.add(Answer(asked, columns.answer(data, place), columns.named(data, columns.MODEL, place)))
        for annotation in annotations:
            for mark in _marks(annotation, place):
                _score(at, mark, annotation, place, found)
        return
    left, right = (
        found.add(Answer(asked, columns.said(data[name], name, place), columns.named(data, (f"model{end}",), place)))
        for name, end in zip((compared.left, compared.right), compared.endings, strict=True)
    )
    found.pairs.append((left, right))
    for annotation in annotations:
        for mark in _marks(annotation, place):
            _compare((left, right), compared, mark, annotation, place, found)


def _score(at: int, mark: Mapping[str, Any], annotation: Mapping[str, Any], place: str, found: Found) -> None:
    value = mark["value"].get("rating")
    choices = mark["value"].get("choices")
    if isinstance(choices, list) and len(choices) == 1 and columns.is_number(choices[0]):
        value = choices[0]
    if value is None:
        found.leave_out(f"marks of the type {mark.get('type')}")
        return
    criterion = columns.named(mark, ("from_name",), place)
    number = columns.number(value, criterion or "rating", place)
    found.scores.append(Score(at, number, place, _rater(annotation), criterion, _moment(annotation)))


def _compare(
    answers: tuple[int, int], compared: columns.Pair, mark: Mapping[str, Any], annotation: Mapping[str, Any],
    place: str, found: Found,
) -> None:  # fmt: skip
    choices = mark["value"].get("choices")
    selected = mark["value"].get("selected") or (choices[0] if isinstance(choices, list) and choices else None)
    if selected is None:
        found.leave_out(f"marks of the type {mark.get('type')} about a pair")
        return
    outcome = columns.outcome(selected, compared, place)
    found.comparisons.append(Comparison(*answers, outcome, place, _rater(annotation), _moment(annotation)))


def _annotations(task: Mapping[str, Any], place: str, found: Found) -> Iterator[Mapping[str, Any]]:
    for one in task["annotations"]:
        if not isinstance(one, Mapping):
            raise DataError(f"{place}: an annotation is {type(one).__name__}, not an object.")
        if one.get("was_cancelled"):
            found.leave_out("cancelled annotations")
        else:
            yield one


def _marks(annotation: Mapping[str, Any], place: str) -> Iterator[Mapping[str, Any]]:
    result = annotation.get("result")
    for mark in result if isinstance(result, list) else [result]:
        if not isinstance(mark, Mapping) or not isinstance(mark.get("value"), Mapping):
            raise DataError(f"{place}: a result has no 'value'.", "Export the project as JSON.")
        yield mark


def _rater(annotation: Mapping[str, Any]) -> str | None:
    """An e-mail address where the export has it; else the number of the annotator."""
    who = annotation.get("completed_by")
    if isinstance(who, Mapping):
        who = who.get("email") or who.get("id")
    if isinstance(who, bool) or not isinstance(who, str | int):
        return None
    return f"annotator {who}" if isinstance(who, int) else who


def _moment(annotation: Mapping[str, Any]) -> str | None:
    return columns.moment(annotation.get("created_at"))
