"""Where rows come from, and how they are kept: by their content, under the workspace, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from workbench import durable
from workbench.data.files import Row
from workbench.errors import DataError
from workbench.workspace import Workspace, bundled

_LINES_A_WRITE = 64  # together large enough to hash well, and never a large part of the memory
_PART = re.compile(r"\.(\d+)\.part$")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of rows in the workspace; `fingerprint` is the SHA-256 of its bytes."""

    path: Path
    fingerprint: str
    rows: int


def is_bundled(name: str) -> bool:
    """Whether a data set of that name comes with the program."""
    return (bundled("datasets") / f"{name}.jsonl").is_file()


def bundled_path(name: str) -> Path:
    return bundled("datasets") / f"{name}.jsonl"


def bundled_card(name: str) -> dict[str, str]:
    """What the card of a bundled set says in words: what it is, how it was written, its licence and its limits."""
    said = tomllib.loads((bundled("datasets") / f"{name}.card.toml").read_text(encoding="utf-8"))
    return {key: " ".join(said[key].split()) for key in ("what", "how_written", "licence", "limits")}


def keep(path: Path, workspace: Workspace) -> tuple[Path, str]:
    """Copy a file into the workspace under its SHA-256; (its new path, the hash). Already there: nothing is written."""
    fingerprint = sha256(path)
    target = workspace.data / f"{fingerprint}{path.suffix.lower()}"
    if not target.exists():
        write_durably(target, path)
        if sha256(target) != fingerprint:
            target.unlink()
            raise DataError(f"{path} changed while it was read.", "Import it again once it is finished.")
    return target, fingerprint


def keep_rows(rows: Iterable[Row], workspace: Workspace, source: str) -> Kept:
    """Write rows, one a line, under the SHA-256 of what was written. However it ends early, nothing is left behind.

    DataError for a value that JSON cannot hold, naming row and column, and if there are no rows at all.
    """
    digest, count = hashlib.sha256(), 0
    lines: list[bytes] = []
    with _part(workspace.data / "import.jsonl") as part:
        with part.open("wb") as file:
            for count, row in enumerate(rows, 1):
                lines.append(_line(row, source, count))
                if len(lines) == _LINES_A_WRITE:
                    _write(file, digest, lines)
            _write(file, digest, lines)
        if not count:
            raise DataError(f"{source} holds no rows.", "Is it the right file?")
        target = workspace.data / f"{digest.hexdigest()}.jsonl"
        durable.publish(part, target)
    return Kept(target, digest.hexdigest(), count)


def write_durably(target: Path, source: Path) -> None:
    """Copy so that `target` is there whole or not at all, also after a crash."""
    with _part(target) as part:
        with source.open("rb") as reader, part.open("wb") as writer:
            shutil.copyfileobj(reader, writer)
        durable.publish(part, target)


def clear_stale_parts(workspace: Workspace) -> list[Path]:
    """Remove what killed imports left half written; what a living process writes stays. The files removed."""
    stale = [path for path in workspace.data.glob("*.part") if is_stale(path)]
    for path in stale:
        path.unlink(missing_ok=True)
    return stale


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """A file of this process to write to beside the target, gone at the end unless it was given its name."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
    except OSError as error:
        raise DataError(f"{target} cannot be written: {(error.strerror or str(error)).lower()}.") from error
    finally:
        with suppress(NotADirectoryError):  # where the folder could not be made, there is no part either
            part.unlink(missing_ok=True)


def is_stale(part: Path) -> bool:
    """Whether the process is gone whose number the name of a half written file or folder ends with."""
    import psutil  # costs 15 ms, and only an import pays

    found = _PART.search(part.name)
    return found is not None and not psutil.pid_exists(int(found[1]))


def _write(file: BinaryIO, digest: hashlib._Hash, lines: list[bytes]) -> None:
    """Write and hash what has come together."""
    block = b"".join(lines)
    digest.update(block)
    file.write(block)
    lines.clear()


def _line(row: Row, source: str, number: int) -> bytes:
    """A row as a line of JSON; dates become text."""
    try:
        return (_ENCODER.encode(row) + "\n").encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise DataError(f"{source}, row {number}, {_culprit(row)}.", "Correct it, or leave the column out.") from error


def _as_text(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_as_text)


def _culprit(row: Row) -> str:
    """Which column cannot be written, and why."""
    for name, value in row.items():
        try:
            _ENCODER.encode([name, value]).encode("utf-8")
        except UnicodeEncodeError:
            return f"column {name!r}: half a character (a lone surrogate)"
        except TypeError as error:
            return f"column {name!r}: a value of type {error} is neither text nor a number"
        except (ValueError, RecursionError):
            return f"column {name!r}: not a number, infinite, or nested too deeply"
    return "a column without a name: its key is not text"
