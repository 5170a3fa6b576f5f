"""Data sets that the datasets library holds: folders of its `save_to_disk`, and the hub. It reads them, not we."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.data.files import Placed, Row
from workbench.errors import DataError

if TYPE_CHECKING:
    from datasets import Dataset

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_MARKS = ("state.json", "dataset_dict.json")  # what save_to_disk leaves in a folder of one split, and of several


def is_hub_id(reference: str) -> bool:
    """Whether it is written as the hub writes its ids, owner/name."""
    return _HUB_ID.fullmatch(reference) is not None


def check_folder(path: Path) -> None:
    """DataError unless the datasets library saved the folder. Loads nothing."""
    if not any((path / mark).is_file() for mark in _MARKS):
        raise DataError(
            f"{path} is a folder, but not one that the datasets library saved.",
            "Name one of its files, or write it with Dataset.save_to_disk.",
        )


def saved(path: Path, split: str | None) -> Dataset:
    """A folder of save_to_disk; of several splits the one named. Its rows stay on the disk."""
    import pyarrow

    import datasets

    check_folder(path)
    try:
        _check_arrow(path)
        found = datasets.load_from_disk(str(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pyarrow.ArrowException) as error:
        raise DataError(f"{path} is damaged ({_first_line(error)}).", "Save the data set again.") from error
    return _one(found, str(path), split)


def _check_arrow(folder: Path) -> None:
    """Read every batch once with all its checks: a file that is mapped into memory and cut off kills the process."""
    import pyarrow

    for path in sorted(folder.rglob("*.arrow")):
        with pyarrow.OSFile(str(path)) as file, pyarrow.ipc.open_stream(file) as batches:
            for batch in batches:
                batch.validate(full=True)


def from_hub(hub_id: str, config: str | None, split: str | None) -> Dataset:
    """A data set of the hub, fetched into the datasets library's own cache. Its scripts are never run."""
    import datasets

    try:
        found = datasets.load_dataset(hub_id, config, split=split)
    except (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError) as error:
        raise DataError(
            f"{hub_id} could not be fetched ({_first_line(error)}).",
            "Check its name, --config, --split and the network; a file that you have can be imported by its path.",
        ) from error
    return _one(found, hub_id, split)


def stream(found: Dataset) -> Iterator[Placed]:
    """The rows, each with its number."""
    return ((dict(row), number) for number, row in enumerate(found, 1))


def sample(found: Dataset, most: int) -> list[Row]:
    """At most so many rows, evenly spread."""
    step = max(1, -(-len(found) // most))
    return [dict(row) for row in found.select(range(0, len(found), step))]


def _one(found: Any, source: str, split: str | None) -> Dataset:
    import datasets

    if isinstance(found, datasets.Dataset):
        return found
    names = list(found)
    if split is None and len(names) == 1:
        return found[names[0]]
    if split not in names:
        wanted = f"no split {split!r}" if split else "several splits"
        raise DataError(f"{source} has {wanted}.", f"Choose one: --split {' or --split '.join(map(str, names))}.")
    return found[split]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
