"""What the items of a run came to, without their texts: for counting, pairing and filtering runs of any size.

The items of a task are numbered in the order of its data, so an answer's place in its table is its place there.
Whatever is read here stands in one narrow index, so that no prompt is touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.store.connection import Store

_COUNTED = "FROM answers INDEXED BY answers_counted WHERE run_id = :run"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`score`: of the metric that judges item by item, 0 where the item has none; `answer`: number of a choice."""

    item_id: int
    score: float
    answer: int | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Crossed:
    """Two runs on their `n` shared items: how many were right in the first, and how many score higher or lower after.

    Right is a score of 1; only where every item is right or wrong are the higher and the lower ones flips.
    """

    n: int
    first: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Tally:
    """`n` answers, `reached` of them with the score that was asked for.

    `guess` is the mean of 1 / choices; None where no item has more than one to choose from.
    """

    n: int
    reached: int
    guess: float | None


def outcomes(store: Store, run_id: int) -> list[Outcome]:
    """Of every item that a run has scored, in the order of the data."""
    rows = store.read(
        f"SELECT item_id, COALESCE(score, 0), answer, changed {_COUNTED} ORDER BY item_id", {"run": run_id}
    )
    return [Outcome(row[0], row[1], row[2], bool(row[3])) for row in rows]


def tally(store: Store, run_id: int, least: float) -> Tally:
    """How many items score `least` or more."""
    row = store.read(
        f"SELECT COUNT(*), TOTAL(score >= :least), AVG(CASE WHEN options > 1 THEN 1.0 / options END) {_COUNTED}",
        {"run": run_id, "least": least},
    )[0]
    return Tally(row[0], int(row[1]), row[2])


def below(store: Store, run_id: int, least: float) -> list[int]:
    """The items that score less than `least`, in the order of the data; those without a score are none of them."""
    return _listed(store, f"SELECT item_id {_COUNTED} AND score < :least ORDER BY item_id", run_id, least=least)[0]


def closest(store: Store, run_id: int, margin: float) -> list[int]:
    """The items whose best choice leads the next by less than `margin` nats, the closest first."""
    asked = f"SELECT item_id {_COUNTED} AND margin < :margin ORDER BY margin, item_id"
    return _listed(store, asked, run_id, margin=margin)[0]


def flipped(store: Store, first_run: int, second_run: int) -> list[int]:
    """The items with another score in the second run: the largest change first, then in the order of the data."""
    changed = [(-abs(after - before), item) for item, before, after in _both(store, first_run, second_run)
               if before != after]  # fmt: skip
    return [item for _, item in sorted(changed)]


def crossed(store: Store, first_run: int, second_run: int) -> Crossed:
    sides = [(before, after) for _, before, after in _both(store, first_run, second_run)]
    return Crossed(
        len(sides), sum(before == 1 for before, _ in sides), sum(after > before for before, after in sides),
        sum(after < before for before, after in sides),
    )  # fmt: skip


def _both(store: Store, first_run: int, second_run: int) -> Iterable[tuple[int, float, float]]:
    """(item, score before, score after) of the items of both runs, in the order of the data; no score counts 0."""
    asked = f"SELECT item_id, COALESCE(score, 0) AS score {_COUNTED} ORDER BY item_id"
    (first, before), (second, after) = (_listed(store, asked, run) for run in (first_run, second_run))
    if first == second:
        return zip(first, before, after, strict=True)
    later = dict(zip(second, after, strict=True))
    return [(item, score, later[item]) for item, score in zip(first, before, strict=True) if item in later]


def _listed(store: Store, asked: str, run_id: int, **given: float) -> list[list[Any]]:
    """The columns of a query that names `item_id` and, if it likes, `score`.

    Each comes as one JSON text: of 200,000 items several times as fast as row by row.
    """
    names = ["item_id", "score"][: 1 + (" AS score" in asked)]
    arrays = ", ".join(f"json_group_array({name})" for name in names)
    row = store.read(f"SELECT {arrays} FROM ({asked})", {"run": run_id, **given})[0]
    return [json.loads(one) for one in row]


def binary(store: Store, run_id: int) -> bool:
    """Whether every item is right or wrong (1 or 0) and nothing between."""
    return store.one(f"SELECT 1 {_COUNTED} AND score IS NOT 0 AND score IS NOT 1", {"run": run_id}) is None


def labels(store: Store, run_id: int) -> tuple[str, ...]:
    """The choices that all items of a run share, if each has one of them as its gold answer; else empty."""
    first = store.value("SELECT choices FROM answers WHERE run_id = ? ORDER BY item_id LIMIT 1", (run_id,))
    if first is None or len(json.loads(first)) < 2:
        return ()
    other = store.one(
        "SELECT 1 FROM answers WHERE run_id = ? AND (choices != ? OR gold IS NULL OR answer IS NULL) LIMIT 1",
        (run_id, first),
    )
    return () if other else tuple(json.loads(first))


def confusion(store: Store, run_id: int) -> dict[tuple[int, int], int]:
    """(gold, answer) -> how many items."""
    rows = store.read(f"SELECT gold, answer, COUNT(*) {_COUNTED} GROUP BY gold, answer", {"run": run_id})
    return {(row[0], row[1]): row[2] for row in rows}


def holding(store: Store, run_id: int, words: Sequence[str]) -> list[int]:
    """The items whose text or choices hold every one of the words, in the order of the data.

    A to Z match a to z; other capitals match themselves only (SQLite's LIKE).
    """
    each = " AND (context LIKE ? ESCAPE '\\' OR choices LIKE ? ESCAPE '\\')" * len(words)
    patterns = [pattern for word in words for pattern in (_pattern(word),) * 2]
    rows = store.read(f"SELECT item_id FROM answers WHERE run_id = ?{each} ORDER BY item_id", (run_id, *patterns))
    return [row[0] for row in rows]


def _pattern(word: str) -> str:
    """LIKE's pattern for a word that stands anywhere."""
    plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"
