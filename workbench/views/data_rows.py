"""A data set as it is: what its columns hold, how it is split, and its rows, for the screen and `data show`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.data import files, recognise, sources, splits, trl
from workbench.data.files import Row
from workbench.data.layouts import Layout
from workbench.data.recognise import Meaning
from workbench.data.splits import Split
from workbench.errors import DataError, UnknownName
from workbench.store import Store, data
from workbench.views.catalog import bundled_sets

TRAINING, EVALUATION = "training", "evaluation"
_KINDS = {
    "str": "text", "list": "list", "dict": "object", "bool": "true or false", "int": "whole number", "float": "number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """`filled` of the sampled rows hold something there; `kinds` are those values' types, the commonest first."""

    name: str
    kinds: str
    filled: int


@dataclass(frozen=True, slots=True)
class DataShown:
    """`rows` in all, of which `evaluation` are never trained on. The columns were looked at in `sampled` rows."""

    name: str
    layout: str
    trl: str
    rows: int
    training: int
    evaluation: int
    source: str
    path: Path
    fingerprint: str
    card: dict[str, Any]
    sampled: int
    columns: tuple[ColumnShown, ...]


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row as it is kept. `number` counts from 1; `part` is training or evaluation."""

    number: int
    part: str
    values: dict[str, Any]


def data_shown(store: Store, name: str) -> DataShown:
    """What is known of a data set of the workspace, or of a bundled one; UnknownName otherwise."""
    path = _path(store, name)
    look = _look(path)
    if name in data.names(store):
        one = data.by_name(store, name)
        rows, held_out = one.rows, int(one.card.get("evaluation", 0))
        source, fingerprint, card = one.source, one.fingerprint, one.card
    else:
        rows, held_out = sum(1 for _ in files.stream(path)), 0
        source, fingerprint, card = "bundled", sources.sha256(path), {"recognised": look.meant.evidence}
    return DataShown(
        name, look.meant.layout, trl.FORMATS[look.meant.layout], rows, rows - held_out, held_out, source, path,
        fingerprint, card, look.sampled, look.columns,
    )  # fmt: skip


def data_rows(store: Store, name: str, first: int, count: int) -> list[RowShown]:
    """At most `count` rows from number `first` on, as they are kept."""
    path = _path(store, name)
    split = splits.of(data.by_name(store, name).card) if name in data.names(store) else Split()
    found = islice(files.stream(path), first - 1, first - 1 + count)
    layout = _look(path).meant.layout
    return [_row(number, row, layout, split) for number, (row, _) in enumerate(found, first)]


@dataclass(frozen=True, slots=True)
class _Look:
    """What a sample of a file tells."""

    meant: Meaning
    sampled: int
    columns: tuple[ColumnShown, ...]


def _look(path: Path) -> _Look:
    """A screen asks again whenever something changes in the store; a file that is the same is looked at once."""
    try:
        return _looked(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise DataError(f"There is no file {path}.", "Import the data set again.") from error


@lru_cache(maxsize=8)
def _looked(path: Path, _changed: int) -> _Look:
    found = recognise.sample(path)
    return _Look(recognise.meaning(found, str(path), None, {}), len(found), _columns(found))


def _path(store: Store, name: str) -> Path:
    if name in data.names(store):
        return Path(data.by_name(store, name).path)
    if sources.is_bundled(name):
        return sources.bundled_path(name)
    bundled = (one for use in ("prompts", "pairs", "instructions") for one in bundled_sets(use))
    raise UnknownName("data set", name, {*data.names(store), *bundled})


def _row(number: int, row: Row, layout: Layout, split: Split) -> RowShown:
    out = splits.evaluation_only(layout, row, split, f"row {number}")
    return RowShown(number, EVALUATION if out else TRAINING, row)


def _columns(rows: list[Row]) -> tuple[ColumnShown, ...]:
    kinds: dict[str, Counter[str]] = {}
    for row in rows:
        for name, value in row.items():
            kinds.setdefault(name, Counter())
            if value is not None:
                kinds[name][_KINDS[type(value).__name__]] += 1
    return tuple(
        ColumnShown(name, " / ".join(kind for kind, _ in counts.most_common()) or "null", counts.total())
        for name, counts in kinds.items()
    )
