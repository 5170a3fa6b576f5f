"""Ratings: the current view of the judgments, and the proof that it is the view of those events."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from workbench.records import RatedCompletion
from workbench.store.connection import Store

# what the events say: the latest event of each key that was not taken back
_FROM_EVENTS = """
    SELECT rater_id, item_id, completion_id, kind, COALESCE(criterion, '') AS criterion, value, MAX(id) AS judgment_id
    FROM judgments j
    WHERE kind IN ('score', 'skip', 'flag', 'note') AND NOT EXISTS (SELECT 1 FROM judgments u WHERE u.undoes = j.uuid)
    GROUP BY rater_id, item_id, completion_id, kind, COALESCE(criterion, '')
"""  # SQLite takes the bare column `value` from the row that holds MAX(id)
_STORED = "SELECT rater_id, item_id, completion_id, kind, criterion, value, judgment_id FROM ratings"


@dataclass(frozen=True, slots=True)
class CandidateState:
    """What one rater has said of one answer: scores by criterion, or that it was skipped."""

    scores: dict[str, int]
    skipped: bool


def of_rater(store: Store, rater_id: int, batch_id: int) -> dict[tuple[int, int], CandidateState]:
    """(item id, completion id) -> state; answers without a rating are absent."""
    rows = store.read(  # CROSS JOIN: the batch's items first, or every rating of the rater would be read
        "SELECT r.item_id, r.completion_id, r.kind, r.criterion, r.value FROM batch_items i"
        " CROSS JOIN ratings r ON r.rater_id = ? AND r.item_id = i.id WHERE i.batch_id = ?",
        (rater_id, batch_id),
    )
    grouped: dict[tuple[int, int], list[sqlite3.Row]] = {}
    for row in rows:
        grouped.setdefault((row["item_id"], row["completion_id"]), []).append(row)
    return {key: _state(group) for key, group in grouped.items()}


def of_answer(store: Store, rater_id: int, item_id: int, completion_id: int) -> CandidateState:
    """What one rater has said of one answer of an item; nothing yet is an empty state."""
    return _state(
        store.read(
            "SELECT kind, criterion, value FROM ratings WHERE rater_id = ? AND item_id = ? AND completion_id = ?",
            (rater_id, item_id, completion_id),
        )
    )


def rated(store: Store, rubric_name: str, batch_id: int | None = None) -> list[RatedCompletion]:
    """Every answer with scores on this rubric, one record a rater; of one batch, or of all (None).

    Where a rater judged an answer in several batches, the latest score of each criterion counts.
    Raters of kind "model" are left out.
    """
    rows = store.read(
        "SELECT c.prompt_id, r.completion_id, c.model_id, r.rater_id, c.text, r.criterion, r.value,"
        " r.judgment_id, p.evaluation_only FROM ratings r JOIN judgments j ON j.id = r.judgment_id"
        " JOIN rubrics u ON u.id = j.rubric_id JOIN completions c ON c.id = r.completion_id"
        " JOIN prompts p ON p.id = c.prompt_id JOIN raters w ON w.id = r.rater_id"
        " JOIN batch_items i ON i.id = r.item_id WHERE r.kind = 'score' AND u.name = :rubric"
        " AND w.kind != 'model' AND (:batch IS NULL OR i.batch_id = :batch)"
        " ORDER BY c.prompt_id, r.rater_id, r.completion_id, r.judgment_id",
        {"rubric": rubric_name, "batch": batch_id},
    )
    grouped: dict[tuple[int, int], list[sqlite3.Row]] = {}
    for row in rows:
        grouped.setdefault((row["rater_id"], row["completion_id"]), []).append(row)
    return [_rated(group) for group in grouped.values()]


def differences(store: Store) -> int:
    """How many rows of `ratings` and of the events' own view disagree; 0 in a sound database."""
    return int(
        store.value(
            f"SELECT COUNT(*) FROM (SELECT * FROM ({_FROM_EVENTS} EXCEPT {_STORED})"
            f" UNION ALL SELECT * FROM ({_STORED} EXCEPT {_FROM_EVENTS}))"
        )
    )


def _state(rows: list[sqlite3.Row]) -> CandidateState:
    scores = {row["criterion"]: row["value"] for row in rows if row["kind"] == "score"}
    return CandidateState(scores, skipped=any(row["kind"] == "skip" for row in rows))


def _rated(rows: list[sqlite3.Row]) -> RatedCompletion:
    first = rows[0]
    return RatedCompletion(
        prompt_id=first["prompt_id"],
        completion_id=first["completion_id"],
        model_id=first["model_id"],
        rater_id=first["rater_id"],
        text=first["text"],
        scores={row["criterion"]: row["value"] for row in rows},
        last_judgment=max(row["judgment_id"] for row in rows),
        evaluation_only=bool(first["evaluation_only"]),
    )
