"""What a mixture is made of: the tables of a spec as dataclasses, refused with the key and the way out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.errors import UnknownName, UsageError

_MOST_SHOTS = 50

Order = Literal["shuffled", "length", "column"]


@dataclass(frozen=True, slots=True)
class Part:
    """One task of a mixture. `data` is a data set or a file; at most one of weight, quota and replay is given.

    `weight` > 0 takes the place of the number of rows; `quota` is a count of rows; `replay`, 0..1 without both ends,
    a share of the whole mixture. `templates` names a file of wordings; `shots` examples stand before each question.
    """

    task: str
    data: str
    weight: float | None = None
    quota: int | None = None
    replay: float | None = None
    templates: str | None = None
    shots: int = 0


@dataclass(frozen=True, slots=True)
class Mixture:
    """`rows` in all (None: as many as there are before a row of a part with a share comes twice); `cap` None: none.

    `temperature` 1 leaves the shares as they are, a large one makes them equal.
    """

    parts: tuple[Part, ...]
    rows: int | None = None
    temperature: float = 1.0
    cap: int | None = None
    order: Order = "shuffled"
    column: str | None = None
    reverse: bool = False
    seed: int = 42


def parts(sources: Mapping[str, Any], replay: Mapping[str, Any] | None) -> tuple[Part, ...]:
    """The parts that the tables [sources] and [replay] name; UsageError for what cannot be mixed, whatever the data.

    A value is a number (a weight, or the share of the mixture to replay) or a table of its own. The parts come by
    their names, so that the order in which a spec names them changes no row.
    """
    found = [_part("sources", "weight", task, value) for task, value in sorted(sources.items())]
    found += [_part("replay", "share", task, value) for task, value in sorted((replay or {}).items())]
    if not sources:
        raise UsageError("A mixture needs at least one source.", "Name it as in: [sources], then reviews = 3.")
    _check_replay(found, sources)
    _check_weights(found)
    return tuple(found)


def check(mixture: Mixture) -> None:
    """UsageError for numbers that contradict each other."""
    if mixture.order == "column" and mixture.column is None:
        raise UsageError("order is column, but no column is named.", "Name it: column = 'difficulty'.")
    if mixture.order != "column" and mixture.column is not None:
        raise UsageError(f"column is {mixture.column!r}, but order is {mixture.order}.", "Write: order = 'column'.")
    if mixture.reverse and mixture.order == "shuffled":
        raise UsageError("reverse turns an order round, but the rows are shuffled.", "Name an order: length or column.")
    if mixture.cap is not None and not any(_by_size(part) for part in mixture.parts):
        raise UsageError(
            f"cap is {mixture.cap}, but no source counts by its rows.", "Leave the cap away, or the weights and quotas."
        )


def _by_size(part: Part) -> bool:
    return part.weight is None and part.quota is None and part.replay is None


def _part(table: str, meaning: str, task: str, value: Any) -> Part:
    place = f"[{table}] {task}"
    if not isinstance(value, dict):
        value = {meaning: value}
    known = ("data", "templates", "shots", meaning, *(("quota",) if table == "sources" else ()))
    for key, given in value.items():
        if key not in known:
            raise UsageError(f"{place}: unknown key {key!r}.", UnknownName("key", key, known).hint)
        if not _FITS[key](given):
            raise UsageError(f"{place}: {key} is {given!r}, which is not {_WANTED[key]}.", _MENDS.get(key))
    if "weight" in value and "quota" in value:
        raise UsageError(f"{place}: both weight and quota are given.", "A weight is a share, a quota a count of rows.")
    if table == "replay" and "share" not in value:
        raise UsageError(
            f"{place}: no share is given.", "Write the part of the mixture it is to be, as in share = 0.1."
        )
    return Part(
        task, value.get("data", task), value.get("weight"), value.get("quota"), value.get("share"),
        value.get("templates"), value.get("shots", 0),
    )  # fmt: skip


def _check_replay(found: list[Part], sources: Mapping[str, Any]) -> None:
    replayed = [part for part in found if part.replay is not None]
    for part in replayed:
        if part.task in sources:
            raise UsageError(
                f"{part.task!r} is both a source and replayed.",
                f"Give one of them another name: old = {{data = {part.data!r}, ...}}.",
            )
    total = sum(part.replay or 0 for part in replayed)
    if total >= 1:
        raise UsageError(f"The shares of [replay] add up to {total:g}.", "They must leave room: less than 1 in all.")


def _check_weights(found: list[Part]) -> None:
    """Weights are no counts of rows: where some sources have one, all without a quota need one."""
    weighted = [part.task for part in found if part.weight is not None]
    without = [part.task for part in found if _by_size(part)]
    if weighted and without:
        raise UsageError(
            f"[sources] {weighted[0]} has a weight, {without[0]} has none.", "Give every source a weight, or none."
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(least: int, most: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


_FITS: dict[str, Callable[[Any], bool]] = {
    "weight": lambda value: _is_number(value) and value > 0,
    "share": lambda value: _is_number(value) and 0 < value < 1,
    "quota": _is_count(1, math.inf),
    "shots": _is_count(0, _MOST_SHOTS),
    "data": _is_words,
    "templates": _is_words,
}
_WANTED = {
    "weight": "a number above 0",
    "share": "a number between 0 and 1",
    "quota": "a whole number from 1",
    "shots": f"a whole number from 0 to {_MOST_SHOTS}",
    "data": "the name of a data set or a file",
    "templates": "the name of templates or a file",
}
_MENDS = {
    "weight": "Leave a source out that is to have no share.",
    "quota": "Leave a source out that is to have no rows.",
    "share": "Leave a set out that is not to be replayed.",
}
