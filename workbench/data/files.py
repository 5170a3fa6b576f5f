"""What stands in a file of rows, before anybody asks what its columns mean: jsonl, json, csv, tsv, parquet or txt.

Rows come one at a time, so that a file larger than the memory can be read. Everything broken is refused with file,
line or row (from 1) and the reason.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from workbench.data._array import array
from workbench.data._bytes import LineReader, length
from workbench.errors import DataError

Row = dict[str, Any]
Placed = tuple[Row, int]  # a row, and how far into the file its end lies: bytes, or rows of a parquet file
DELIMITERS = {".csv": ",", ".tsv": "\t"}
_WIDEST_CELL = 2**28  # the csv module's own limit is 131,072 characters: less than a long answer
_PARQUET_ROWS = 500  # decoded at once
_DECODER = json.JSONDecoder()  # what json.loads takes, without its look at how it was called


def stream(path: Path) -> Iterator[Placed]:
    """The rows of a file in the order of the file; its ending says how they are written."""
    return READERS[ending(path)](path)


def ending(path: Path) -> str:
    """The file's ending in lower case; DataError for one that nobody reads. A file without one holds JSON lines."""
    found = path.suffix.lower()
    if found not in READERS:
        raise DataError(
            f"{path}: files that end in {found} are not read.",
            "Unpack it, or save it as jsonl, json, csv, tsv, parquet or txt.",
        )
    return found


def size(path: Path) -> int:
    """How long the file is, in the unit in which `stream` says how far it is."""
    return int(_parquet(path).metadata.num_rows) if ending(path) == ".parquet" else length(path)


def objects(path: Path) -> list[Row]:
    """The rows of a jsonl file, or of the array in a json file."""
    return [row for row, _ in (array if path.suffix.lower() == ".json" else _json_lines)(path)]


def cells(path: Path) -> list[Row]:
    """The rows of a csv or tsv file by the names of its first line; every value is text, an empty cell is ""."""
    return [row for row, _ in _cells(path)]


def document(path: Path) -> Any:
    """The one JSON value of a file, whole."""
    text = "".join(line for line, _ in LineReader(path))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}: not valid JSON ({error.msg}).") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a list in a list in a list ...
        raise DataError(f"{path}: not readable JSON ({error}).") from error


def rows_of(body: Any, path: Path) -> list[Row]:
    """The rows of a JSON array that was read as a document."""
    if not isinstance(body, list):
        raise DataError(f"{path} is not a JSON array of objects.", "For one object a line, name the file .jsonl.")
    for number, row in enumerate(body, 1):
        if not isinstance(row, dict):
            raise DataError(f"{path}, row {number}: expected an object, found {type(row).__name__}.")
    return body


def check_unicode(text: str, place: str) -> None:
    """DataError for half a character, which no database and no terminal takes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(
            f"{place}: half a character (a lone surrogate) at {error.start + 1}.", "Write all of it, or remove it."
        ) from error


def json_line(line: str, place: str) -> Row:
    """The object that a line of a jsonl file holds."""
    try:
        row = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        what = f"{place}: not valid JSON ({error.msg} at character {error.pos + 1})."
        raise DataError(what, "Correct the line, or remove it.") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a list in a list in a list ...
        raise DataError(f"{place}: not readable JSON ({error}).", "Shorten the line, or remove it.") from error
    if not isinstance(row, dict):
        raise DataError(f"{place}: expected an object, found {type(row).__name__}.", 'Write {"prompt": ...}.')
    return row


def _json_lines(path: Path) -> Iterator[Placed]:
    name = str(path)  # once: by the million, turning a path into text counts
    for number, (line, end) in enumerate(LineReader(path), 1):
        if line.strip():
            yield json_line(line, f"{name}, line {number}"), end


def _text_lines(path: Path) -> Iterator[Placed]:
    """Plain text: a row a line, under the column `text`; empty lines are none."""
    for line, end in LineReader(path):
        if line.strip():
            yield {"text": line.strip("\r\n")}, end


def _cells(path: Path) -> Iterator[Placed]:
    csv.field_size_limit(_WIDEST_CELL)
    lines = LineReader(path)
    reader = csv.reader(lines.texts(), delimiter=DELIMITERS[path.suffix.lower()], strict=True)
    header: list[str] = []
    number = 0
    try:
        for line in filter(None, reader):
            if header:
                number += 1
                yield _named(header, line, f"{path}, row {number}"), lines.read
            else:
                header = _header(line, path)
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: not valid CSV ({error}).", "Export it again.") from error


def _header(line: list[str], path: Path) -> list[str]:
    repeated = next((name for name in line if line.count(name) > 1), None)
    if repeated is not None:
        raise DataError(f"{path} names the column {repeated!r} twice.", "Rename one of them.")
    return line


def _named(header: list[str], row: list[str], place: str) -> Row:
    if len(row) != len(header):
        raise DataError(
            f"{place} has {len(row)} cells, but the first line names {len(header)} columns.",
            "Is a comma or a line break missing its quotation marks?",
        )
    return dict(zip(header, row, strict=True))


def _parquet_rows(path: Path) -> Iterator[Placed]:
    import pyarrow

    done = 0
    file = _parquet(path)
    try:
        for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
            for row in batch.to_pylist():
                done += 1
                yield row, done
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}, after row {done}: damaged ({error}).", "Copy or export it again.") from error


def _parquet(path: Path) -> Any:
    """The open file, of which only its table of contents has been read."""
    import pyarrow
    from pyarrow import parquet

    length(path)  # says what is wrong with the place
    try:
        return parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a parquet file ({error}).", "Copy or export it again.") from error


READERS: dict[str, Callable[[Path], Iterator[Placed]]] = {
    "": _json_lines,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".json": array,
    ".csv": _cells,
    ".tsv": _cells,
    ".parquet": _parquet_rows,
    ".txt": _text_lines,
}
