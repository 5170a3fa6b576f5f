"""Scores as statistics ask for them: one row a score that stands, with who gave it, to what, and where it stood.

Hidden repeats and gold items are left out of `all_of`: each would count an answer twice, or an answer that was
chosen to be easy. `repeats` has the former, `gold.judged` the latter. So are the scores of an adjudicator, who
saw those of others; `ratings.rated` has them.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.store.batches import INDEPENDENT
from workbench.store.connection import Store


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is 1..5; `characters` is the answer's length.

    `position` counts the answers of the item as shown, from 0; None where that is not known (imported scores).
    `milliseconds` is the time of attention from the paint of the text to the key; `judgment_id` is the event.
    """

    judgment_id: int
    batch_id: int
    item_id: int
    rater_id: int
    rater_kind: str
    prompt_id: int
    completion_id: int
    model_id: int
    criterion: str
    value: int
    position: int | None
    milliseconds: int
    characters: int


@dataclass(frozen=True, slots=True)
class RepeatedScore:
    """What one rater gave to one answer on one criterion the first time and the second, unaware of it; both 1..5."""

    rater_id: int
    rater_kind: str
    batch_id: int
    completion_id: int
    criterion: str
    first: int
    second: int
    first_judgment: int
    second_judgment: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A flag or a note that stands, or a digit that came too fast and was not applied.

    `text` is empty for a flag, the digit of what was too fast; of a pair, `completion_id` is the answer shown left.
    """

    judgment_id: int
    batch_id: int
    item_id: int
    rater_id: int
    prompt_id: int
    completion_id: int
    kind: str
    text: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Effort:
    """What one rater did in one batch, undone or not.

    `digits` are the scores and comparisons, `too_fast` the digits that were not applied; `milliseconds` is the
    time of attention: for every text shown, the time to its last key.
    """

    rater_id: int
    rater_kind: str
    batch_id: int
    digits: int
    too_fast: int
    milliseconds: int


def all_of(store: Store, rubric_name: str, batch_id: int | None = None) -> list[Score]:
    """Every score that stands on this rubric, of one batch or of all (None), of raters of every kind, oldest first.

    Answers that were picked by hand are among them only where their batch is asked for.
    """
    rows = store.read(
        "SELECT r.judgment_id, i.batch_id, r.item_id, r.rater_id, w.kind AS rater_kind, i.prompt_id, r.completion_id,"
        " c.model_id, r.criterion, r.value, j.position, j.milliseconds, LENGTH(c.text) AS characters"
        " FROM ratings r JOIN judgments j ON j.id = r.judgment_id JOIN rubrics u ON u.id = j.rubric_id"
        " JOIN raters w ON w.id = r.rater_id JOIN completions c ON c.id = r.completion_id"
        " JOIN batch_items i ON i.id = r.item_id JOIN batches b ON b.id = i.batch_id"
        f" WHERE r.kind = 'score' AND u.name = :rubric AND i.repeat_of IS NULL AND {INDEPENDENT}"
        " AND (i.batch_id = :batch OR :batch IS NULL AND b.hand_picked = 0) ORDER BY r.judgment_id",
        {"rubric": rubric_name, "batch": batch_id},
    )
    return [Score(*row) for row in rows]


def by_answer(store: Store, rubric_name: str, batch_id: int) -> dict[int, dict[str, list[int]]]:
    """Completion id -> criterion -> what people gave in this batch, 1..5, the lowest first."""
    found: dict[int, dict[str, list[int]]] = {}
    for one in all_of(store, rubric_name, batch_id):
        if one.rater_kind != "model":
            found.setdefault(one.completion_id, {}).setdefault(one.criterion, []).append(one.value)
            found[one.completion_id][one.criterion].sort()
    return found


def repeats(store: Store, rubric_name: str, batch_id: int | None = None) -> list[RepeatedScore]:
    """Every score that was asked for twice and stands twice, oldest second score first."""
    rows = store.read(
        "SELECT a.rater_id, w.kind, i.batch_id, a.completion_id, a.criterion, a.value, b.value, a.judgment_id,"
        " b.judgment_id FROM batch_items i CROSS JOIN ratings b ON b.item_id = i.id AND b.kind = 'score'"
        " JOIN ratings a ON a.rater_id = b.rater_id AND a.item_id = i.repeat_of"
        " AND a.completion_id = b.completion_id AND a.kind = 'score' AND a.criterion = b.criterion"
        " JOIN raters w ON w.id = a.rater_id JOIN judgments j ON j.id = b.judgment_id"
        " JOIN rubrics u ON u.id = j.rubric_id"
        " WHERE i.repeat_of IS NOT NULL AND u.name = :rubric AND (:batch IS NULL OR i.batch_id = :batch)"
        " ORDER BY b.judgment_id",
        {"rubric": rubric_name, "batch": batch_id},
    )
    return [RepeatedScore(*row) for row in rows]


def remarks(store: Store, batch_id: int | None = None) -> list[Remark]:
    """Every flag and note that stands, of one batch or of all (None), oldest first."""
    rows = store.read(
        "SELECT r.judgment_id, i.batch_id, r.item_id, r.rater_id, i.prompt_id, r.completion_id, r.kind,"
        " COALESCE(j.text, ''), j.created_at FROM ratings r JOIN batch_items i ON i.id = r.item_id"
        " JOIN judgments j ON j.id = r.judgment_id WHERE r.kind IN ('flag', 'note')"
        " AND (:batch IS NULL OR i.batch_id = :batch) ORDER BY r.judgment_id",
        {"batch": batch_id},
    )
    return [Remark(*row) for row in rows]


def too_fast(store: Store, batch_id: int | None = None) -> list[Remark]:
    """Every digit that was not applied, of one batch or of all (None), oldest first."""
    rows = store.read(
        "SELECT j.id, i.batch_id, j.item_id, j.rater_id, i.prompt_id, j.completion_id, j.kind, CAST(j.value AS TEXT),"
        " j.created_at FROM judgments j JOIN batch_items i ON i.id = j.item_id"
        " WHERE j.kind = 'too_fast' AND (:batch IS NULL OR i.batch_id = :batch) ORDER BY j.id",
        {"batch": batch_id},
    )
    return [Remark(*row) for row in rows]


def efforts(store: Store, batch_id: int | None = None) -> list[Effort]:
    """One row a rater and batch, of one batch or of all (None)."""
    rows = store.read(
        "SELECT v.rater_id, w.kind, v.batch_id, SUM(v.digits), SUM(v.too_fast), SUM(v.milliseconds) FROM"
        " (SELECT j.rater_id, s.batch_id, SUM(j.kind IN ('score', 'comparison')) AS digits,"
        "   SUM(j.kind = 'too_fast') AS too_fast, MAX(j.milliseconds) AS milliseconds"
        "  FROM judgments j JOIN sessions s ON s.id = j.session"
        "  WHERE :batch IS NULL OR s.batch_id = :batch GROUP BY j.session, j.shown_at) v"
        " JOIN raters w ON w.id = v.rater_id GROUP BY v.rater_id, v.batch_id ORDER BY v.batch_id, v.rater_id",
        {"batch": batch_id},
    )
    return [Effort(*row) for row in rows]


def attention(store: Store, rater: str) -> dict[int, int]:
    """Batch id -> milliseconds that this rater has given to its texts; absent without an event."""
    rows = store.read(
        "SELECT batch_id, SUM(milliseconds) FROM (SELECT s.batch_id, MAX(j.milliseconds) AS milliseconds"
        " FROM sessions s JOIN judgments j ON j.session = s.id JOIN raters w ON w.id = s.rater_id"
        " WHERE w.name = ? GROUP BY j.session, j.shown_at) GROUP BY batch_id",
        (rater,),
    )
    return dict(map(tuple, rows))
