"""Which layout a file has: asked of a sample from its whole length, since a file's head is often not like the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import get_args

from workbench.data import dialects, files
from workbench.data._bytes import opened
from workbench.data.files import Row
from workbench.data.layouts import COLUMNS, Layout
from workbench.errors import DataError, UnknownName

SAMPLE = 1000  # rows
_SHORT = 8 * 2**20  # bytes; a shorter file is read whole
_JUMPED = (".jsonl", ".ndjson", ".txt", "")  # a row a line: one can begin anywhere


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the columns of a file mean: the layout, and {ours: theirs} for columns that a person named.

    `chosen` says that a person named the layout; `evidence` is a sentence about what was seen.
    """

    layout: Layout
    columns: Mapping[str, str] = field(default_factory=dict)
    chosen: bool = False
    evidence: str = ""


def meaning(rows: Iterable[Row], source: str, layout: str | None, columns: Mapping[str, str]) -> Meaning:
    """The layout that most rows have, or the one a person chose; DataError if there is none, naming the columns.

    Of layouts equally frequent the earlier row's is meant. UsageError for a layout or a column that is none of ours.
    """
    check_wishes(layout, columns)
    seen = list(rows)
    if not seen:
        raise DataError(f"{source} holds no rows.", "Is it the right file?")
    _check_columns(seen, source, columns)
    kept = [dialects.renamed(row, columns) for row in seen]
    if layout is not None:
        return Meaning(_known(layout), dict(columns), True, f"layout {layout}, as you said; columns {_filled(kept)}")
    found = Counter(one.layout for one in (dialects.of(row, tuple(columns)) for row in kept) if one is not None)
    if not found:
        raise _unknown(kept[0], source)
    best, count = found.most_common(1)[0]
    return Meaning(best, dict(columns), False, _evidence(best, count, len(kept), _filled(kept)))


def sample(path: Path) -> list[Row]:
    """At most SAMPLE rows, evenly spread over the file. Broken lines between them are for the reading to refuse."""
    if can_jump(path) and files.size(path) > _SHORT:
        return list(_jumped(path))
    return spread(row for row, _ in files.stream(path))


def can_jump(path: Path) -> bool:
    """Whether a sample of a long file can be had without reading it all."""
    return files.ending(path) in _JUMPED


def spread(rows: Iterable[Row], most: int = SAMPLE) -> list[Row]:
    """At most `most` of the rows, evenly spaced, without knowing beforehand how many there are."""
    step, kept = 1, []
    for at, row in enumerate(rows):
        if at % step == 0:
            kept.append(row)
        if len(kept) > most:
            step, kept = step * 2, kept[::2]
    return kept


def _jumped(path: Path) -> Iterator[Row]:
    """Rows that begin after evenly spaced bytes, and the first."""
    length = files.size(path)
    as_text = files.ending(path) == ".txt"
    with opened(path) as file:
        for jump in range(SAMPLE):
            file.seek(length * jump // SAMPLE)
            if jump:
                file.readline()
            line = next((one for one in islice(file, 10) if one.strip()), b"")
            try:
                text = line.decode("utf-8-sig").strip("\r\n")
                yield {"text": text} if as_text else files.json_line(text, "")
            except (UnicodeDecodeError, DataError):
                continue


def check_wishes(layout: str | None, columns: Mapping[str, str]) -> None:
    """UsageError for a layout or a column that is none of ours."""
    if layout is not None and layout not in get_args(Layout):
        raise UnknownName("layout", layout, get_args(Layout))
    ours = {name for some in COLUMNS.values() for name in some} if layout is None else {*COLUMNS[_known(layout)]}
    for name in columns:
        if name not in ours:
            raise UnknownName("column of ours", name, ours)


def _known(layout: str) -> Layout:
    return next(one for one in get_args(Layout) if one == layout)


def _check_columns(rows: list[Row], source: str, columns: Mapping[str, str]) -> None:
    there = list(dict.fromkeys(name for row in rows for name in row))
    for ours, theirs in columns.items():
        if theirs not in there:
            raise DataError(
                f"{source} has no column {theirs!r}, which was to be {ours}.",
                f"It has {', '.join(map(str, there)) or 'none'}.",
            )


def _unknown(row: Row, source: str) -> DataError:
    names = ", ".join(sorted(str(name) or "(no name)" for name in row)) or "(none)"
    return DataError(
        f"{source}, row 1: no known layout has the columns {names}.",
        "Say what they are, for instance --map prompt=COLUMN --map completion=COLUMN, or --map text=COLUMN.",
    )


def _filled(rows: list[Row]) -> str:
    """`prompt, note (12 of 300)`: the columns, and how often one holds something if not always."""
    counts = Counter(str(name) for row in rows for name, value in row.items() if value is not None)
    shares = {name: "" if count == len(rows) else f" ({count:,} of {len(rows):,})" for name, count in counts.items()}
    return ", ".join(f"{name or 'one without a name'}{share}" for name, share in shares.items())


def _evidence(layout: str, count: int, total: int, filled: str) -> str:
    share = f"all of {total:,} sampled rows" if count == total else f"{count:,} of {total:,} sampled rows"
    return f"layout {layout}: {share}; columns {filled}"
