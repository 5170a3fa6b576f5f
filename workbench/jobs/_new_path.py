"""A file or folder that an export writes for other programs: whole or not at all, and never over something else."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench import durable
from workbench.data import sources
from workbench.errors import DataError
from workbench.spec import canonical_json, content_hash


def check_free(out: Path) -> None:
    """DataError where something is there already; an empty folder is nothing."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(f"{out} is there already.", "Name a new one: nothing is written over.")


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A path to write at, which becomes `out` when the block ends well, and is gone when it does not.

    What exports left half written that were killed is removed. DataError where the place cannot be written to.
    """
    check_free(out)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for old in filter(sources.is_stale, out.parent.glob(f".{glob.escape(out.name)}.*.part")):
            _remove(old)
        yield part
        durable.publish(part, out)
    except OSError as error:
        raise DataError(f"{out} cannot be written: {(error.strerror or str(error)).lower()}.") from error
    finally:
        _remove(part)


def sha256(out: Path) -> str:
    """Of a file that of its bytes; of a folder that of its files' names and theirs."""
    if out.is_file():
        return sources.sha256(out)
    files = (path for path in out.rglob("*") if path.is_file())
    return content_hash(canonical_json({path.relative_to(out).as_posix(): sources.sha256(path) for path in files}))


def _remove(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    elif part.exists():
        part.unlink()
