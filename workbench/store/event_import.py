"""Taking up an event log: all of it or nothing, however often, and never a change to what is there."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import DataError
from workbench.store import integrity, schema_008
from workbench.store.connection import SCHEMA_VERSION, Store
from workbench.store.event_log import END, FORMAT, ROW, TABLES, VERSION, LoggedTable

_TABLES = {table.name: table for table in TABLES}


@dataclass(frozen=True, slots=True)
class TakenUp:
    """`rows` of the file, of which `added` were new here, `judgments` of them judgments."""

    rows: int
    added: int
    judgments: int


def take_up(store: Store, path: Path) -> TakenUp:
    """Enter the rows that this workspace lacks, under their own numbers, and rebuild the views.

    DataError with line and reason, and nothing entered, for a file that is broken, cut off, or of a newer program,
    and for rows that contradict those of this workspace.
    """
    try:
        with path.open("rb") as file, store.write() as db:  # one transaction: a log is taken up whole
            taken = _enter(db, _Reader(path, file))
            if db.execute("PRAGMA foreign_key_check(models)").fetchone():
                raise DataError(f"{path} holds a model without its parent.", "Export it again.")
            if taken.added:
                for statement in schema_008.TOLD:
                    db.execute(statement)
                for view in integrity.VIEWS:
                    view.rebuild(db)
                db.execute("DELETE FROM summaries")
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    return taken


class _Reader:
    """The lines of the file, checked one by one; at the end it is known to be whole."""

    def __init__(self, path: Path, lines: Iterator[bytes]) -> None:
        self._path = path
        self._lines = lines
        self._number = 0
        self._digest = hashlib.sha256()
        self.rows = 0

    def table_rows(self) -> Iterator[tuple[LoggedTable, dict[str, Any]]]:
        """Each row with its table. DataError for whatever is not as it was written."""
        self._check_header(self._next())
        while True:
            line = next(self._lines, b"")
            body = self._object(line)
            if END in body:
                return self._check_end(body[END])
            self._digest.update(line)
            self.rows += 1
            yield self._table(body), self._row(body)

    def broken(self, reason: str, hint: str | None = "Export it again.") -> DataError:
        return DataError(f"{self._path}, line {self._number}: {reason}.", hint)

    def _next(self) -> dict[str, Any]:
        return self._object(next(self._lines, b""))

    def _object(self, line: bytes) -> dict[str, Any]:
        self._number += 1
        if not line.endswith(b"\n"):
            raise self.broken("the file is cut off here")
        try:
            body = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self.broken(f"not readable JSON ({error})") from error
        if not isinstance(body, dict):
            raise self.broken(f"expected an object, found {type(body).__name__}")
        return body

    def _check_header(self, body: dict[str, Any]) -> None:
        if body.get("format") != FORMAT:
            raise self.broken("this is no event log", "It is made by `workbench export events --out FILE`.")
        for name, known in (("version", VERSION), ("schema", SCHEMA_VERSION)):
            found = body.get(name)
            if not isinstance(found, int):
                raise self.broken(f"no {name} is given")
            if found > known:
                raise self.broken(f"made by a newer workbench ({name} {found}, not {known})", "Update workbench.")

    def _check_end(self, end: Any) -> None:
        if next(self._lines, b""):
            raise self.broken("there is more after the end")
        if end != {"rows": self.rows, "sha256": self._digest.hexdigest()}:
            raise self.broken("the rows are not those that were written: their number or their SHA-256 differs")

    def _table(self, body: dict[str, Any]) -> LoggedTable:
        name = body.get("table")
        if not isinstance(name, str) or name not in _TABLES:
            raise self.broken(f"unknown table {name!r}")
        return _TABLES[name]

    def _row(self, body: dict[str, Any]) -> dict[str, Any]:
        row = body.get(ROW)
        if not isinstance(row, dict) or not all(isinstance(value, str | int | float | None) for value in row.values()):
            raise self.broken("a row is an object of texts and numbers")
        return row


def _enter(db: sqlite3.Connection, reader: _Reader) -> TakenUp:
    columns = {table.name: {row["name"] for row in db.execute(f"PRAGMA table_info({table.name})")} for table in TABLES}
    added = judgments = 0
    last: LoggedTable | None = None
    for table, row in reader.table_rows():
        if not set(table.key) <= row.keys() <= columns[table.name]:
            raise reader.broken(f"these are not the columns of {table.name}: {', '.join(row)}")
        if table is not last:  # a model's parent may stand after it; turning it off again forgets what it put off
            db.execute(f"PRAGMA defer_foreign_keys={table.name == 'models'}")
            last = table
        try:
            new = _add(db, table, row, reader)
        except (sqlite3.IntegrityError, UnicodeEncodeError, OverflowError) as error:
            raise reader.broken(f"the database refuses this row ({error})") from error
        added += new
        judgments += new and table.name == "judgments"
    return TakenUp(reader.rows, added, judgments)


def _add(db: sqlite3.Connection, table: LoggedTable, row: dict[str, Any], reader: _Reader) -> bool:
    """Whether the row was new; one of that key that is there stays as it is."""
    key = " AND ".join(f"{name} = :{name}" for name in table.key)
    there = db.execute(f"SELECT * FROM {table.name} WHERE {key}", row).fetchone()
    if there is None:
        places = ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({places})", row)
        return True
    lasting = row.keys() if table.lasting is None else table.lasting
    if any(there[name] != row.get(name) for name in lasting):
        which = ", ".join(f"{name} {row[name]}" for name in table.key)
        raise reader.broken(
            f"{table.name}, {which} is another one in this workspace",
            "Take the log up in an empty workspace: --workspace DIR.",
        )
    return False
