"""Where rows come from, and how a file is kept: by its content, under the workspace."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from workbench import durable
from workbench.errors import DataError
from workbench.workspace import Workspace, bundled


def is_bundled(name: str) -> bool:
    """Whether a data set of that name comes with the program."""
    return (bundled("datasets") / f"{name}.jsonl").is_file()


def bundled_path(name: str) -> Path:
    return bundled("datasets") / f"{name}.jsonl"


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


def write_durably(target: Path, source: Path) -> None:
    """Copy so that `target` is there whole or not at all, also after a crash."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as reader, part.open("wb") as writer:
            shutil.copyfileobj(reader, writer)
        durable.publish(part, target)
    except OSError as error:
        if part.exists():
            part.unlink()
        raise DataError(f"{target} cannot be written: {(error.strerror or str(error)).lower()}.") from error


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
