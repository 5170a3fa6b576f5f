"""What the items of a run came to, without their texts: for counting, pairing and filtering runs of any size.

The items of a task are numbered in the order of its data, so an answer's place in its table is its place there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.store.connection import Store

_SCORE = """coalesce(json_extract(scores, '$."' || :metric || '"'), 0)"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`score`: of the metric that was asked for, 0 where the item has none; `answer`: number of a choice, or None."""

    item_id: int
    score: float
    answer: int | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """`n` answers, `reached` of them with the score that was asked for; `guess`: mean of 1 / choices, None at n = 0."""

    n: int
    reached: int
    guess: float | None


def outcomes(store: Store, run_id: int, metric: str) -> list[Outcome]:
    """Of every item of a finished run, in the order of the data."""
    rows = store.read(
        f"SELECT item_id, {_SCORE}, answer, changed FROM answers WHERE run_id = :run ORDER BY item_id",
        {"run": run_id, "metric": metric},
    )
    return [Outcome(row[0], row[1], row[2], bool(row[3])) for row in rows]


def tally(store: Store, run_id: int, metric: str, least: float) -> Tally:
    """How many items score `least` or more."""
    row = store.read(
        f"SELECT COUNT(*), TOTAL({_SCORE} >= :least), AVG(1.0 / json_array_length(choices)) FROM answers"
        " WHERE run_id = :run",
        {"run": run_id, "metric": metric, "least": least},
    )[0]
    return Tally(row[0], int(row[1]), row[2])


def asked(store: Store, run_id: int) -> int:
    """How many items a run, finished or not, has a response for."""
    counts = "SELECT COUNT(DISTINCT item_id) FROM {} WHERE run_id = ?"
    return sum(int(store.value(counts.format(table), (run_id,))) for table in ("responses", "texts"))


def below(store: Store, run_id: int, metric: str, least: float) -> list[int]:
    """The items that score less than `least`, in the order of the data."""
    rows = store.read(
        f"SELECT item_id FROM answers WHERE run_id = :run AND {_SCORE} < :least ORDER BY item_id",
        {"run": run_id, "metric": metric, "least": least},
    )
    return [row[0] for row in rows]


def closest(store: Store, run_id: int, margin: float) -> list[int]:
    """The items whose best choice leads the next by less than `margin` nats, the closest first."""
    rows = store.read(
        "WITH ranked AS (SELECT item_id, logprob, row_number() OVER (PARTITION BY item_id ORDER BY logprob DESC) AS at"
        " FROM responses WHERE run_id = ?)"
        " SELECT item_id, MAX(logprob) - MIN(logprob) AS lead FROM ranked WHERE at <= 2 GROUP BY item_id"
        " HAVING COUNT(*) = 2 AND lead < ? ORDER BY lead, item_id",
        (run_id, margin),
    )
    return [row[0] for row in rows]


def holding(store: Store, run_id: int, words: Sequence[str]) -> list[int]:
    """The items whose text or choices hold every one of the words, in the order of the data.

    A to Z match a to z; other capitals match themselves only (SQLite's LIKE).
    """
    each = " AND context || ' ' || choices LIKE ? ESCAPE '\\'" * len(words)
    rows = store.read(
        f"SELECT item_id FROM answers WHERE run_id = ?{each} ORDER BY item_id", (run_id, *map(_pattern, words))
    )
    return [row[0] for row in rows]


def _pattern(word: str) -> str:
    """LIKE's pattern for a word that stands anywhere."""
    plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"
