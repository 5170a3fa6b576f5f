"""The event log as a file: every judgment and all that it resolves to, one row a line (jsonl).

The first line says what the file is, the last one how many rows it has and their SHA-256:

    {"format": "workbench events", "schema": 3, "version": 1}
    {"row": {"id": 1, "name": "general", ...}, "table": "rubrics"}
    {"end": {"rows": 1, "sha256": "..."}}

A workspace that takes it up has the same rows under the same numbers, so the same views and the same exports.
Not in it: what follows from the events, benchmark runs, and files (data sets, weights, the user's rubrics).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from workbench import durable
from workbench.errors import StoreError
from workbench.spec import canonical_json
from workbench.store.connection import SCHEMA_VERSION, Store

FORMAT = "workbench events"
VERSION = 1  # of the lines; the columns are those of the schema
ROW, END = "row", "end"


@dataclass(frozen=True, slots=True)
class LoggedTable:
    """A table of the log. `key` is its primary key; `lasting` are the columns that never change (None: all of them)."""

    name: str
    key: tuple[str, ...] = ("id",)
    lasting: tuple[str, ...] | None = None


# in this order each row's references stand before it, but for a model that became another's parent later
TABLES = (
    LoggedTable("settings", ("name",), ("name",)),
    LoggedTable("jobs", lasting=("kind", "spec_hash", "created_at")),
    LoggedTable("datasets", lasting=("name",)),
    LoggedTable("models", lasting=("name",)),
    LoggedTable("prompts"),
    LoggedTable("held_prompts", ("prompt_id",), ("prompt_id",)),
    LoggedTable("completions"),
    LoggedTable("rubrics"),
    LoggedTable("batches"),
    LoggedTable("batch_items"),
    LoggedTable("batch_candidates", ("item_id", "completion_id")),
    LoggedTable("gold_scores"),
    LoggedTable("raters"),
    LoggedTable("sessions"),
    LoggedTable("presentations"),
    LoggedTable("judgments"),
    LoggedTable("exports", lasting=("kind", "sha256")),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A log that was written: how many rows it holds, and how many of them are judgments."""

    path: Path
    rows: int
    judgments: int
    sha256: str


def write(store: Store, path: Path) -> Written:
    """Write the log as it is now; raters go on meanwhile. The file gets its name when it is whole and on the disk."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file, store.snapshot() as db:
            written = _write(db, file, path)
        durable.publish(part, path)
    except OSError as error:
        if part.exists():
            part.unlink()
        reason = (error.strerror or str(error)).lower()
        raise StoreError(f"The log {path} cannot be written: {reason}.", "Choose another place with --out.") from error
    return written


def header() -> dict[str, Any]:
    """The first line."""
    return {"format": FORMAT, "version": VERSION, "schema": SCHEMA_VERSION}


def _write(db: sqlite3.Connection, file: IO[bytes], path: Path) -> Written:
    digest, counts = hashlib.sha256(), dict.fromkeys((table.name for table in TABLES), 0)
    file.write(_line(header()))
    for table in TABLES:
        for row in _rows(db, table):
            line = _line({"table": table.name, ROW: row})
            digest.update(line)
            file.write(line)
            counts[table.name] += 1
    rows = sum(counts.values())
    file.write(_line({END: {"rows": rows, "sha256": digest.hexdigest()}}))
    return Written(path, rows, counts["judgments"], digest.hexdigest())


def _rows(db: sqlite3.Connection, table: LoggedTable) -> Iterator[dict[str, Any]]:
    for found in db.execute(f"SELECT * FROM {table.name} ORDER BY {', '.join(table.key)}"):
        row = dict(found)
        if row.get("state") in ("queued", "running"):  # nobody works on it where the log is taken up
            row |= {"state": "lost", "pid": None, "pid_started": None, "host": None}
        yield row


def _line(value: dict[str, Any]) -> bytes:
    return canonical_json(value).encode() + b"\n"
