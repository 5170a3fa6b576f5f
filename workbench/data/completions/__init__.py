"""Completions made elsewhere, and what people said of them there: one file a tool that writes such files.

A reader says of a row whether it knows it, and turns all rows into `Found`. The layout is recognised from rows
spread over the whole file, then every row is checked; nothing is half read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from workbench.data import files
from workbench.data.completions import argilla, helm, label_studio, lm_eval, plain
from workbench.data.completions.found import Found
from workbench.errors import DataError
from workbench.text import one_line

FORMATS: tuple[ModuleType, ...] = (lm_eval, helm, label_studio, argilla, plain)  # the most particular first
_LOOKED_AT = 20  # rows


def read(path: Path, criteria: Sequence[str]) -> Found:
    """Everything in a file; columns named like one of the `criteria` are scores.

    DataError for a file that no reader knows, for a broken row, and for one without a single answer.
    """
    rows = _rows(path)
    if not rows:
        raise DataError(f"{path} holds no rows.")
    found: Found = _format(rows, path).read(rows, path, criteria)
    if not found.answers:
        beside = ", ".join(f"{what} ({count:,})" for what, count in found.left_out.items())
        raise DataError(f"{path} holds no answer that could be rated{f': {beside}' if beside else ''}.")
    return found


def _rows(path: Path) -> list[Mapping[str, Any]]:
    """The rows of a table or of an array; one object of a json file is one row."""
    suffix = path.suffix.lower()
    if suffix in files.DELIMITERS:
        return list(files.cells(path))
    if suffix == ".json" or (suffix == ".jsonl" and _is_array(path)):
        body = files.document(path)
        return [body] if isinstance(body, dict) else list(files.rows_of(body, path))
    if suffix == ".jsonl" or not path.exists():
        return list(files.objects(path))
    raise DataError(f"{path} ends in {suffix or 'nothing'}.", "Known are .jsonl, .json, .csv and .tsv.")


def _is_array(path: Path) -> bool:
    """Whether a file holds one array, whatever its name says: older lm-eval writes its samples so."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def _format(rows: Sequence[Mapping[str, Any]], path: Path) -> ModuleType:
    """The reader that knows every row looked at; DataError names the first that is unknown or unlike the others."""
    step = max(1, (len(rows) - 1) // (_LOOKED_AT - 1))
    looked_at = sorted({*range(0, len(rows), step), len(rows) - 1})
    readers = [_reader(rows[at], f"{path}, row {at + 1}") for at in looked_at]
    for at, reader in zip(looked_at, readers, strict=True):
        if reader is not readers[0]:
            raise DataError(
                f"{path}: row 1 is of {readers[0].NAME}, row {at + 1} of {reader.NAME}.", "Import them apart."
            )
    return readers[0]


def _reader(row: Mapping[str, Any], place: str) -> ModuleType:
    found = next((one for one in FORMATS if one.matches(row)), None)
    if found is None:
        raise DataError(
            f"{place}: no known layout has the keys {_keys(row)}.",
            f"Known are {'; '.join(one.NAME for one in FORMATS)}.",
        )
    return found


def _keys(row: Mapping[str, Any]) -> str:
    return one_line(", ".join(sorted(row)) or "(none)", 200)
