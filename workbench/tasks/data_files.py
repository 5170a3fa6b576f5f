"""Where the data files of a user's own task lie: a worker runs in another folder than the one who asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_LOADERS = ("json", "csv", "parquet", "text", "arrow")  # of a hub id, files are named within its repository


def absolute(config: Mapping[str, Any], folders: Sequence[Path]) -> dict[str, Any]:
    """The `dataset_kwargs` of a task with the relative paths of its data files resolved; empty where it names none.

    Each is looked for in `folders` in turn; one that is in none stands in the first, so that an error names it whole.
    """
    options = config.get("dataset_kwargs") or {}
    if config.get("dataset_path") not in _LOADERS or not options.get("data_files"):
        return {}
    return {"dataset_kwargs": {**options, "data_files": _resolved(options["data_files"], folders)}}


def _resolved(named: Any, folders: Sequence[Path]) -> Any:
    """A path, a list of them, or split -> either."""
    if isinstance(named, dict):
        return {split: _resolved(one, folders) for split, one in named.items()}
    if isinstance(named, list):
        return [_resolved(one, folders) for one in named]
    path = Path(str(named)).expanduser()
    if "://" in str(named) or path.is_absolute():
        return str(named) if "://" in str(named) else str(path)
    return str(next((folder for folder in folders if any(folder.glob(str(path)))), folders[0]) / path)
