"""Dialects: the columns in which the field's files come, and how each becomes one of our layouts.

A row is what its columns say: the first dialect in DIALECTS whose columns it has. Rows that are laid out as ours
already stay as they are; of others, the columns that no layout reads are kept beside the converted ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from workbench.data import _conversions as to
from workbench.data.files import Row
from workbench.data.layouts import COLUMNS, Layout, check
from workbench.errors import DataError

# read by a conversion where they are there, without being needed
_READ_ALONG = {"context", "passage", "input", "output", "history", "system"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """Columns that a row needs (present, and not null), and what it becomes.

    `fits` looks at values where columns alone could mean something else; `convert` takes a row and its place.
    """

    layout: Layout
    needs: tuple[str, ...]
    convert: Callable[[Row, str], Row] = to.same
    fits: Callable[[Row], bool] = to.anything


DIALECTS = (
    Dialect("preferences", ("conversations", "chosen", "rejected"), to.sharegpt_pair),
    Dialect("unpaired", ("conversations", "label"), to.judged_conversation, to.is_judged),
    Dialect("unpaired", ("conversations", "kto_tag"), to.judged_conversation),
    Dialect("messages", ("conversations",), to.sharegpt),
    Dialect("preferences", ("prompt", "chosen", "rejected"), to.pair),
    Dialect("preferences", ("messages", "chosen", "rejected"), to.pair),
    Dialect("preferences", ("instruction", "chosen", "rejected"), to.pair),
    Dialect("preferences", ("question", "chosen", "rejected"), to.pair),
    Dialect("preferences", ("chosen", "rejected"), to.pair),
    Dialect("unpaired", ("messages", "label"), to.judged_conversation, to.is_judged),
    Dialect("unpaired", ("messages", "kto_tag"), to.judged_conversation),
    Dialect("unpaired", ("prompt", "completion", "label"), to.judged, to.is_judged),
    Dialect("unpaired", ("prompt", "completion", "kto_tag"), to.judged),
    Dialect("completions", ("prompt", "completion"), to.completion),
    Dialect("completions", ("prompt", "response"), to.completion),
    Dialect("completions", ("instruction", "output", "history"), to.alpaca_turns),
    Dialect("completions", ("instruction", "output", "system"), to.alpaca_turns),
    Dialect("alpaca", ("instruction", "response"), to.dolly),
    Dialect("alpaca", ("instruction",)),
    Dialect("messages", ("messages",), to.messages),
    Dialect("choices", ("question", "choices", "answer"), to.choices),
    Dialect("choices", ("question", "choices", "answerKey"), to.choices),
    Dialect("choices", ("question", "choices", "label"), to.choices),
    Dialect("choices", ("question", "ans0", "ans1", "label"), to.choices),
    Dialect("completions", ("question", "answers"), to.question_and_answer),
    Dialect("completions", ("question", "answer"), to.question_and_answer, to.is_answered),
    Dialect("completions", ("document", "summary"), to.summary),
    Dialect("labelled", ("text", "label"), to.labelled),
    Dialect("labelled", ("sentence", "label"), to.labelled),
    Dialect("prompts", ("prompt",)),
    Dialect("prompts", ("question",)),
    Dialect("text", ("text",)),
    Dialect("text", ("sentence",), to.plain_text),
    Dialect("text", ("document",), to.plain_text),
    Dialect("text", ("content",), to.plain_text),
)
READ = {column for one in DIALECTS for column in one.needs} | {c for some in COLUMNS.values() for c in some}
READ |= _READ_ALONG


def of(row: Row, mapped: tuple[str, ...] = ()) -> Dialect | None:
    """The dialect of a row; None if it is none. Columns that a person named must be among those of its layout."""
    return next((one for one in _having(_filled(row)) if one.fits(row) and _uses(one, mapped)), None)


def renamed(row: Row, columns: Mapping[str, str]) -> Row:
    """The row with the columns that a person named under our names: {ours: theirs}."""
    if not columns:
        return row
    theirs = set(columns.values())
    rest = {name: value for name, value in row.items() if name not in theirs and name not in columns}
    return {**{ours: row[name] for ours, name in columns.items() if name in row}, **rest}


def converted(row: Row, layout: Layout, chosen: bool, place: str) -> Row:
    """The row in our layout; DataError with place, column and fix if it does not keep to it.

    `chosen`: a person said that it is this layout, so columns that other layouts read are left out. Otherwise a row
    that says more than its neighbours, a label beside an answer for instance, is refused rather than cut.
    """
    dialect, richer = _read_as(layout, _filled(row))
    if dialect is None:
        raise _missing(row, layout, place)
    if richer and not chosen:
        _refuse_more(row, richer, dialect, place)
    found = dialect.convert(row, place)
    if found is not row or chosen:
        found = _ours(found, layout) | {name: value for name, value in row.items() if name not in READ}
    check(layout, found, place)
    return found


def _ours(row: Row, layout: Layout) -> Row:
    return {name: row[name] for name in COLUMNS[layout] if name in row}


def _uses(dialect: Dialect, mapped: tuple[str, ...]) -> bool:
    return not mapped or set(mapped) <= {*dialect.needs, *COLUMNS[dialect.layout], *_READ_ALONG}


def _filled(row: Row) -> tuple[str, ...]:
    if None not in row.values():
        return tuple(row)
    return tuple(name for name, value in row.items() if value is not None)


@lru_cache(maxsize=4096)  # the rows of a file have the same columns, by the million
def _having(columns: tuple[str, ...]) -> tuple[Dialect, ...]:
    """The dialects whose columns are all there."""
    return tuple(one for one in DIALECTS if set(one.needs) <= set(columns))


@lru_cache(maxsize=4096)
def _read_as(layout: Layout, columns: tuple[str, ...]) -> tuple[Dialect | None, tuple[Dialect, ...]]:
    """The dialect of the layout, None if a column is missing; and those that say more, which come before it."""
    possible = _having(columns)
    place = next((at for at, one in enumerate(possible) if one.layout == layout), None)
    return (None, ()) if place is None else (possible[place], possible[:place])


def _refuse_more(row: Row, richer: tuple[Dialect, ...], dialect: Dialect, place: str) -> None:
    for other in richer:
        if other.layout != dialect.layout and other.fits(row):
            more = ", ".join(name for name in other.needs if name not in dialect.needs) or ", ".join(other.needs)
            raise DataError(
                f"{place} is laid out as {other.layout} (it has {more}), most others as {dialect.layout}.",
                f"Make them alike, or import with --layout {dialect.layout} to leave {more} out.",
            )


def _missing(row: Row, layout: Layout, place: str) -> DataError:
    """Which column a row lacks for its layout, measured by the dialect that it comes nearest to."""
    nearest = min(
        (one for one in DIALECTS if one.layout == layout),
        key=lambda one: sum(row.get(column) is None for column in one.needs),
    )
    lacking = next(column for column in nearest.needs if row.get(column) is None)
    if lacking in row:
        return DataError(f"{place}, column {lacking!r}: null is not text.", "Fill it in, or remove the row.")
    has = ", ".join(map(str, row)) or "none"
    return DataError(
        f"{place}: the column {lacking!r} is missing, which {layout} needs; it has {has}.",
        f"Add it, remove the row, or say which column it is: --map {lacking}=COLUMN.",
    )
