"""Ratings: the current view of the judgments, and the proof that it is the view of those events."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.records import PEOPLE, RatedCompletion, RaterKind
from workbench.spec import canonical_json
from workbench.store import adjudicated, item_pages
from workbench.store.connection import Store
from workbench.store.event_view import EventView
from workbench.store.prompts import KEPT_BACK

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
# what counts as a rating of an answer, and of which batch (None: of all)
_COUNTED = "i.repeat_of IS NULL AND i.gold = 0 AND (:batch IS NULL OR i.batch_id = :batch OR b.adjudicates = :batch)"
# CROSS JOIN and INDEXED BY: the items asked for first, then each rater's part of them; SQLite would read everything
_ASKED = "json_each(:items) p CROSS JOIN raters w"
_SCORES_NOW = f"""(
    SELECT r.rater_id, r.item_id, r.completion_id, r.criterion, r.value, r.judgment_id FROM {_ASKED}
    CROSS JOIN ratings r ON r.rater_id = w.id AND r.item_id = p.value WHERE r.kind = 'score')"""
# the scores that stood after the event :up_to
_SCORES_THEN = f"""(
    SELECT e.rater_id, e.item_id, e.completion_id, e.criterion, e.value, MAX(e.id) AS judgment_id FROM {_ASKED}
    CROSS JOIN judgments e INDEXED BY judgments_by_item ON e.rater_id = w.id AND e.item_id = p.value
    WHERE e.kind = 'score' AND e.id <= :up_to
    AND NOT EXISTS (SELECT 1 FROM judgments u WHERE u.undoes = e.uuid AND u.id <= :up_to)
    GROUP BY e.rater_id, e.item_id, e.completion_id, e.criterion)"""
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Which ratings: on a rubric, of one batch or of all (None), by raters of these kinds.

    `up_to`: as they stood after that judgment (None: now). `version`: how the hash of the rubric begins ("": any).
    """

    rubric: str
    batch: int | None = None
    kinds: Sequence[RaterKind] = PEOPLE
    up_to: int | None = None
    version: str = ""


def pages(store: Store, asked: Asked) -> Iterator[list[RatedCompletion]]:
    """Every answer with scores, one record a rater, in the order of prompt, rater and answer; whole prompts a page.

    Hidden repeats and gold items never count. Where a rater judged an answer in several batches, the latest score of
    each criterion counts. Of an answer that was adjudicated, by whatever kind of rater, only the adjudicator's scores
    count, also where the batch that was asked for is the one in dispute (`adjudicated.settled_scores`). Each page is
    read by itself: without `up_to`, what is rated meanwhile may be on a later one.
    """
    for items in item_pages.pages(store, _COUNTED, asked.batch):
        counted = adjudicated.settled_scores(_scores(store, asked, items))
        yield _page(row for row in counted if row["rater_kind"] in asked.kinds)


def rated(
    store: Store, rubric: str, batch_id: int | None = None, kinds: Sequence[RaterKind] = PEOPLE
) -> list[RatedCompletion]:
    """What is on all `pages`, as it is now."""
    return [one for page in pages(store, Asked(rubric, batch_id, kinds)) for one in page]


def prompts_rated(store: Store, asked: Asked) -> Iterator[int]:
    """The prompts of those answers, each once, by id."""
    for items in item_pages.pages(store, _COUNTED, asked.batch):
        rows = store.read(
            f"SELECT DISTINCT c.prompt_id {_from(asked)} AND w.kind IN (SELECT value FROM json_each(:kinds))"
            " ORDER BY c.prompt_id",
            _values(asked, items),
        )
        yield from (row["prompt_id"] for row in rows)


def _scores(store: Store, asked: Asked, items: str) -> list[sqlite3.Row]:
    return store.read(
        "SELECT c.prompt_id, r.completion_id, c.model_id, r.rater_id, w.kind AS rater_kind, c.text, r.criterion,"
        f" r.value, r.judgment_id, {KEPT_BACK} AS evaluation_only, b.adjudicates,"
        f" json_array_length(u.words, '$.criteria') AS criteria {_from(asked)}"
        " ORDER BY c.prompt_id, r.rater_id, r.completion_id, r.judgment_id",
        _values(asked, items),
    )


def _from(asked: Asked) -> str:
    return (
        f"FROM {_SCORES_NOW if asked.up_to is None else _SCORES_THEN} r JOIN judgments j ON j.id = r.judgment_id"
        " JOIN rubrics u ON u.id = j.rubric_id JOIN completions c ON c.id = r.completion_id"
        " JOIN prompts x ON x.id = c.prompt_id JOIN batch_items i ON i.id = r.item_id"
        " JOIN batches b ON b.id = i.batch_id JOIN raters w ON w.id = r.rater_id WHERE u.name = :rubric"
        " AND substr(u.hash, 1, length(:version)) = :version"
    )


def _values(asked: Asked, items: str) -> dict[str, Any]:
    kinds = canonical_json(list(asked.kinds))
    return {
        "rubric": asked.rubric, "version": asked.version, "kinds": kinds, "up_to": asked.up_to, "items": items,
    }  # fmt: skip


def _page(rows: Iterable[sqlite3.Row]) -> list[RatedCompletion]:
    grouped: dict[tuple[int, int], list[sqlite3.Row]] = {}
    for row in rows:
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
