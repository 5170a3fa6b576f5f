"""What stands in a file of rows, before anybody asks what its columns mean: jsonl, json, csv or tsv.

Everything broken is refused with file, line or row (from 1) and the reason.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from workbench.errors import DataError

Row = dict[str, Any]
DELIMITERS = {".csv": ",", ".tsv": "\t"}
_WIDEST_CELL = 2**31 - 1  # the csv module's own limit is 131,072 characters: less than a long answer


def objects(path: Path) -> list[Row]:
    """The rows of a jsonl file, or of the array in a json file."""
    if path.suffix.lower() == ".json":
        return rows_of(document(path), path)
    lines = [(number, line) for number, line in enumerate(_text(path).split("\n"), 1) if line.strip()]
    return [_object(line, f"{path}, line {number}") for number, line in lines]


def document(path: Path) -> Any:
    """The one JSON value of a file."""
    try:
        return json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}: not valid JSON ({error.msg}).") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a list in a list in a list ...
        raise DataError(f"{path}: not readable JSON ({error}).") from error


def rows_of(body: Any, path: Path) -> list[Row]:
    """The rows of a JSON array."""
    if not isinstance(body, list):
        raise DataError(f"{path} is not a JSON array of objects.", "For one object a line, name the file .jsonl.")
    for number, row in enumerate(body, 1):
        if not isinstance(row, dict):
            raise DataError(f"{path}, row {number}: expected an object, found {type(row).__name__}.")
    return body


def cells(path: Path) -> list[Row]:
    """The rows of a csv or tsv file by the names of its first line; every value is text, an empty cell is ""."""
    csv.field_size_limit(_WIDEST_CELL)
    reader = csv.reader(io.StringIO(_text(path), newline=""), delimiter=DELIMITERS[path.suffix.lower()], strict=True)
    try:
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: not valid CSV ({error}).", "Export it again.") from error
    if not lines:
        return []
    header, *rows = lines
    repeated = next((name for name in header if header.count(name) > 1), None)
    if repeated is not None:
        raise DataError(f"{path} names the column {repeated!r} twice.", "Rename one of them.")
    return [_named(header, row, f"{path}, row {number}") for number, row in enumerate(rows, 1)]


def check_unicode(text: str, place: str) -> None:
    """DataError for half a character, which no database and no terminal takes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(f"{place}: half a character (a lone surrogate) at {error.start + 1}.") from error


def _named(header: list[str], row: list[str], place: str) -> Row:
    if len(row) != len(header):
        raise DataError(
            f"{place} has {len(row)} cells, but the first line names {len(header)} columns.",
            "Is a comma or a line break missing its quotation marks?",
        )
    return dict(zip(header, row, strict=True))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def _object(line: str, place: str) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{place}: not valid JSON ({error.msg} at character {error.pos + 1}).") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: not readable JSON ({error}).") from error
    if not isinstance(row, dict):
        raise DataError(f"{place}: expected an object, found {type(row).__name__}.")
    return row
