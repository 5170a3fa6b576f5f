"""Gold: answers whose scores are known, from a person who took the time; the newest of a criterion counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from workbench.store.clock import utc_now
from workbench.store.connection import ROWS_A_WRITE, Store

_LATEST = (
    "(SELECT completion_id, rubric_id, criterion, value, MAX(id) AS id FROM gold_scores"
    " GROUP BY completion_id, rubric_id, criterion)"
)  # SQLite takes the bare column `value` from the row that holds MAX(id)


@dataclass(frozen=True, slots=True)
class GoldJudgment:
    """A rater's score of a gold item beside the known one, both 1..5; `judgment_id` is its event."""

    judgment_id: int
    batch_id: int
    rater_id: int
    rater_kind: str
    completion_id: int
    criterion: str
    value: int
    known: int


def add(store: Store, rubric_id: int, scores: Iterable[tuple[int, Mapping[str, int]]], source: str) -> int:
    """Keep known scores as (completion id, criterion -> 1..5); how many were new or changed.

    `source` says who knows: a file's name, or an adjudicator's.
    """
    wanted = [(one, criterion, value) for one, given in scores for criterion, value in given.items()]
    known = of_rubric(store, rubric_id)
    fresh = [row for row in wanted if known.get(row[0], {}).get(row[1]) != row[2]]
    for start in range(0, len(fresh), ROWS_A_WRITE):
        with store.write() as db:
            db.executemany(
                "INSERT INTO gold_scores (completion_id, rubric_id, criterion, value, source, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (one, rubric_id, criterion, value, source, utc_now())
                    for one, criterion, value in fresh[start : start + ROWS_A_WRITE]
                ],
            )
    return len(fresh)


def of_rubric(store: Store, rubric_id: int) -> dict[int, dict[str, int]]:
    """Completion id -> criterion -> known score, on this version of the rubric."""
    rows = store.read(f"SELECT completion_id, criterion, value FROM {_LATEST} WHERE rubric_id = ?", (rubric_id,))
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["completion_id"], {})[row["criterion"]] = row["value"]
    return found


def prompts(store: Store, rubric_id: int) -> list[tuple[int, tuple[int, ...]]]:
    """(prompt id, completion ids) of the gold answers on this version of the rubric, by prompt."""
    rows = store.read(
        "SELECT DISTINCT c.prompt_id, c.id FROM gold_scores g JOIN completions c ON c.id = g.completion_id"
        " WHERE g.rubric_id = ? ORDER BY c.prompt_id, c.id",
        (rubric_id,),
    )
    grouped = groupby(rows, key=itemgetter("prompt_id"))
    return [(prompt, tuple(row["id"] for row in of)) for prompt, of in grouped]


def judged(store: Store, rubric_name: str, batch_id: int | None = None) -> list[GoldJudgment]:
    """What raters gave to gold items of one batch, or of all (None), beside what is known; oldest first."""
    rows = store.read(
        "SELECT r.judgment_id, i.batch_id, r.rater_id, w.kind AS rater_kind, r.completion_id, r.criterion, r.value,"
        f" g.value AS known FROM batch_items i CROSS JOIN ratings r ON r.item_id = i.id AND r.kind = 'score'"
        " JOIN judgments j ON j.id = r.judgment_id JOIN rubrics u ON u.id = j.rubric_id"
        f" JOIN raters w ON w.id = r.rater_id JOIN {_LATEST} g ON g.completion_id = r.completion_id"
        " AND g.rubric_id = j.rubric_id AND g.criterion = r.criterion"
        " WHERE i.gold = 1 AND u.name = :rubric AND (:batch IS NULL OR i.batch_id = :batch) ORDER BY r.judgment_id",
        {"rubric": rubric_name, "batch": batch_id},
    )
    return [GoldJudgment(**dict(row)) for row in rows]
