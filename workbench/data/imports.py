"""Bringing rows in, one at a time: from a file, a saved folder or the hub, in our layout, into the workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.data import files, formats, libraries, recognise, sources, splits
from workbench.data._bytes import length
from workbench.data.files import Placed, Row
from workbench.data.recognise import Meaning
from workbench.data.splits import Split
from workbench.errors import DataError, UsageError
from workbench.workspace import Workspace

LOOK_ROWS = 1000  # rows between two looks at whether to go on
_WHOLE = (
    16 * 2**20
)  # bytes; a file up to that size is read whole before it is queued, so that a mistake is said at once

Tick = Callable[[int, int, str], None]  # done, total, unit


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that can be gone through more than once. `size` and the second of each pair count in `unit`."""

    name: str
    unit: str
    size: int
    stream: Callable[[], Iterator[Placed]]
    sample: Callable[[], list[Row]]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import left in the workspace, and what is worth knowing of it."""

    kept: sources.Kept
    meant: Meaning
    evaluation: int


def name_of(reference: str) -> str:
    """What a data set is called by default: a file without its ending, the last part of a folder or a hub id."""
    path = Path(reference)
    return path.stem if path.suffix.lower() in files.READERS else path.name


def columns(words: str | None) -> dict[str, str]:
    """`prompt=question, completion=reply` -> {"prompt": "question", "completion": "reply"}; UsageError otherwise."""
    pairs = [pair.strip() for pair in (words or "").split(",") if pair.strip()]
    for pair in pairs:
        if "=" not in pair:
            raise UsageError(f"--map {pair}: expected our column, =, and the file's, as in prompt=question.")
    found = [tuple(part.strip() for part in pair.split("=", 1)) for pair in pairs]
    return dict(found)  # type: ignore[arg-type]


def look(reference: str, layout: str | None, mapped: Mapping[str, str]) -> None:
    """DataError for what can be seen at once: a short file is gone through, of a long one a sample is looked at.

    Where a sample costs a pass through a long file, as in a csv, the first row has to do. Folders and the hub are left
    to the import: the datasets library is too heavy for a look.
    """
    recognise.check_wishes(layout, mapped)
    path = Path(reference).expanduser()
    if path.is_dir():
        libraries.check_folder(path)
    elif _on_hub(reference, path):
        return
    elif (short := length(path) <= _WHOLE) or recognise.can_jump(path):
        meant = recognise.meaning(recognise.sample(path), str(path), layout, mapped)
        for _ in formats.rows(path, meant) if short else ():
            pass
    else:
        next(files.stream(path), None)


def source(reference: str, config: str | None = None, split: str | None = None) -> Source:
    """What a reference means: a file, a folder of save_to_disk, or a hub id; DataError if there is no such thing."""
    path = Path(reference).expanduser()
    if path.is_dir() or _on_hub(reference, path):
        found = libraries.saved(path, split) if path.is_dir() else libraries.from_hub(reference, config, split)
        return Source(
            reference, "rows", len(found), lambda: libraries.stream(found),
            lambda: libraries.sample(found, recognise.SAMPLE),
        )  # fmt: skip
    if config or split:
        raise DataError(f"{path} has no configurations and no splits.", "Leave --config and --split away.")
    unit = "rows" if files.ending(path) == ".parquet" else "bytes"
    return Source(
        str(path), unit, files.size(path), lambda: files.stream(path), lambda: recognise.sample(path)
    )  # fmt: skip


def bring_in(
    given: Source, workspace: Workspace, layout: str | None, mapped: Mapping[str, str], split: Split, tick: Tick
) -> Imported:
    """Recognise, convert, check and keep every row; `tick` hears how far it is and may raise to end it.

    Nothing is kept unless all of it is; DataError names file, row, column and the fix.
    """
    meant = recognise.meaning(given.sample(), given.name, layout, mapped)
    held_out = 0

    def rows() -> Iterator[Row]:
        nonlocal held_out
        for number, (row, end) in enumerate(formats.converted(given.stream(), given.name, meant), 1):
            if number % LOOK_ROWS == 1:
                _tell(tick, given, end)
            if split.eval_share:
                held_out += splits.evaluation_only(meant.layout, row, split, f"{given.name}, row {number}")
            yield row
        _tell(tick, given, given.size)

    kept = sources.keep_rows(rows(), workspace, given.name)
    return Imported(kept, meant, held_out)


def _tell(tick: Tick, given: Source, end: int) -> None:
    if given.unit == "bytes":
        tick(end >> 20, given.size >> 20, "MB")
    else:
        tick(end, given.size, given.unit)


def _on_hub(reference: str, path: Path) -> bool:
    return not path.exists() and libraries.is_hub_id(reference) and path.suffix.lower() not in set(files.READERS) - {""}
