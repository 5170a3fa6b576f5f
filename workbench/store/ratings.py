"""Ratings: the current view of the judgments, and the proof that it is the view of those events."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.records import PEOPLE, RatedCompletion, RaterKind
from workbench.spec import canonical_json
from workbench.store.connection import Store
from workbench.store.event_view import EventView

# the latest event of each key that was not taken back
VIEW = EventView(
    "ratings",
    "rater_id, item_id, completion_id, kind, criterion, value, judgment_id",
    """
    SELECT rater_id, item_id, completion_id, kind, COALESCE(criterion, '') AS criterion, value, MAX(id) AS judgment_id
    FROM judgments j
    WHERE kind IN ('score', 'skip', 'flag', 'note') AND NOT EXISTS (SELECT 1 FROM judgments u WHERE u.undoes = j.uuid)
    GROUP BY rater_id, item_id, completion_id, kind, COALESCE(criterion, '')
    """,  # SQLite takes the bare column `value` from the row that holds MAX(id)
)
differences = VIEW.differences
# the scores that stood after the event :up_to
_SCORES_THEN = """(
    SELECT rater_id, item_id, completion_id, kind, criterion, value, MAX(id) AS judgment_id FROM judgments e
    WHERE kind = 'score' AND id <= :up_to
    AND NOT EXISTS (SELECT 1 FROM judgments u WHERE u.undoes = e.uuid AND u.id <= :up_to)
    GROUP BY rater_id, item_id, completion_id, criterion)"""
_NOTE = "CASE r.kind WHEN 'note' THEN (SELECT text FROM judgments j WHERE j.id = r.judgment_id) END"


@dataclass(frozen=True, slots=True)
class CandidateState:
    """What one rater has said of one answer: scores by criterion, or that it was skipped; a flag, a note."""

    scores: dict[str, int]
    skipped: bool = False
    flagged: bool = False
    note: str = ""


def of_rater(store: Store, rater_id: int, batch_id: int) -> dict[tuple[int, int], CandidateState]:
    """(item id, completion id) -> state; answers without a rating are absent."""
    rows = store.read(  # CROSS JOIN: the batch's items first, or every rating of the rater would be read
        f"SELECT r.item_id, r.completion_id, r.kind, r.criterion, r.value, {_NOTE} AS text FROM batch_items i"
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
            f"SELECT kind, criterion, value, {_NOTE} AS text FROM ratings r"
            " WHERE rater_id = ? AND item_id = ? AND completion_id = ?",
            (rater_id, item_id, completion_id),
        )
    )


def rated(
    store: Store,
    rubric_name: str,
    batch_id: int | None = None,
    kinds: Sequence[RaterKind] = PEOPLE,
    up_to: int | None = None,
) -> list[RatedCompletion]:
    """Every answer with scores on this rubric, one record a rater; of one batch, or of all (None).

    `kinds` of raters count; hidden repeats and gold items never do. Where a rater judged an answer in several batches,
    the latest score of each criterion counts. Of an answer that was adjudicated only the adjudicator's scores count,
    also where the batch that was asked for is the one in dispute. `up_to`: as it stood after that judgment (None: now).
    """
    rows = store.read(
        "SELECT c.prompt_id, r.completion_id, c.model_id, r.rater_id, c.text, r.criterion, r.value,"
        f" r.judgment_id, p.evaluation_only, b.adjudicates FROM {'ratings' if up_to is None else _SCORES_THEN} r"
        " JOIN judgments j ON j.id = r.judgment_id"
        " JOIN rubrics u ON u.id = j.rubric_id JOIN completions c ON c.id = r.completion_id"
        " JOIN prompts p ON p.id = c.prompt_id JOIN raters w ON w.id = r.rater_id"
        " JOIN batch_items i ON i.id = r.item_id JOIN batches b ON b.id = i.batch_id"
        " WHERE r.kind = 'score' AND u.name = :rubric"
        " AND w.kind IN (SELECT value FROM json_each(:kinds)) AND i.repeat_of IS NULL AND i.gold = 0"
        " AND (:batch IS NULL OR i.batch_id = :batch OR b.adjudicates = :batch)"
        " ORDER BY c.prompt_id, r.rater_id, r.completion_id, r.judgment_id",
        {"rubric": rubric_name, "batch": batch_id, "kinds": canonical_json(list(kinds)), "up_to": up_to},
    )
    settled = {row["completion_id"] for row in rows if row["adjudicates"]}
    grouped: dict[tuple[int, int], list[sqlite3.Row]] = {}
    for row in rows:
        if row["adjudicates"] or row["completion_id"] not in settled:
            grouped.setdefault((row["rater_id"], row["completion_id"]), []).append(row)
    return [_rated(group) for group in grouped.values()]


def _state(rows: list[sqlite3.Row]) -> CandidateState:
    scores = {row["criterion"]: row["value"] for row in rows if row["kind"] == "score"}
    said = {row["kind"]: row["text"] for row in rows}
    return CandidateState(scores, "skip" in said, "flag" in said, said.get("note") or "")


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
