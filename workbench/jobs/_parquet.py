"""Rows of a jsonl file as a parquet file, without holding them: once for their types, once to write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.data import files

_ROWS = 5000  # a row group


def write(path: Path, lines: Path, columns: Sequence[str]) -> None:
    """The rows of `lines`, in this order of columns. Where a group of rows has no value, others say of which type."""
    import pyarrow
    from pyarrow import parquet

    types = pyarrow.schema([])
    for group in _groups(lines, columns):
        types = pyarrow.unify_schemas([types, pyarrow.Table.from_pylist(group).schema], promote_options="permissive")
    with parquet.ParquetWriter(path, types) as writer:
        for group in _groups(lines, columns):
            writer.write_table(pyarrow.Table.from_pylist(group, schema=types))


def of_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table that fits the memory."""
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path)


def _groups(lines: Path, columns: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    rows = ({name: row[name] for name in columns} for row, _ in files.stream(lines))
    while group := list(islice(rows, _ROWS)):
        yield group
