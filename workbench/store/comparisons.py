"""Comparisons: the current view of the events that compare two answers, and the proof that it is their view."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.records import Outcome, RaterKind
from workbench.spec import canonical_json
from workbench.store import item_pages
from workbench.store.connection import Store
from workbench.store.event_view import EventView

# a rater's latest comparison of an item that was not taken back
VIEW = EventView(
    "comparisons",
    "rater_id, item_id, left_id, right_id, outcome, judgment_id",
    """
    SELECT rater_id, item_id, completion_id AS left_id, other_id AS right_id, outcome, MAX(id) AS judgment_id
    FROM judgments j
    WHERE kind = 'comparison' AND NOT EXISTS (SELECT 1 FROM judgments u WHERE u.undoes = j.uuid)
    GROUP BY rater_id, item_id
    """,  # SQLite takes the bare columns from the row that holds MAX(id)
)
differences = VIEW.differences
# CROSS JOIN and INDEXED BY: the items asked for first, then each rater's part of them; SQLite would read everything
_ASKED = "json_each(:items) p CROSS JOIN raters x"
_ON_RUBRIC = "u.name = :rubric AND substr(u.hash, 1, length(:version)) = :version"
_OF_BATCH = "(:batch IS NULL OR b.id = :batch)"
_OR_SETTLING_IT = "(:batch IS NULL OR b.id = :batch OR b.adjudicates = :batch)"
# the comparisons of some items that stood after the event :up_to
_THEN = f"""(
    SELECT e.rater_id, e.item_id, e.completion_id AS left_id, e.other_id AS right_id, e.outcome,
    MAX(e.id) AS judgment_id FROM {_ASKED}
    CROSS JOIN judgments e INDEXED BY judgments_by_item ON e.rater_id = x.id AND e.item_id = p.value
    WHERE e.kind = 'comparison' AND e.id <= :up_to
    AND NOT EXISTS (SELECT 1 FROM judgments u WHERE u.undoes = e.uuid AND u.id <= :up_to)
    GROUP BY e.rater_id, e.item_id)"""


@dataclass(frozen=True, slots=True)
class PairState:
    """What one rater has said of one pair. `outcome` is None without a comparison."""

    outcome: Outcome | None = None
    skipped: bool = False
    flagged: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison that stands. `left` was shown left, or above; models are row ids.

    `repeat_of` is the item that the rater has compared before (None: this is no repeat); `judgment_id` is its event.
    """

    judgment_id: int
    batch_id: int
    item_id: int
    rater_id: int
    rater_kind: str
    prompt_id: int
    left_id: int
    right_id: int
    left_model: int
    right_model: int
    outcome: Outcome
    milliseconds: int
    repeat_of: int | None


def of_rater(store: Store, rater_id: int, batch_id: int) -> dict[int, PairState]:
    """Item id -> state; pairs of which nothing was said are absent."""
    rows = store.read(  # CROSS JOIN: the batch's items first, or everything of the rater would be read
        "SELECT c.item_id, 'comparison' AS kind, c.outcome AS said FROM batch_items i"
        " CROSS JOIN comparisons c ON c.rater_id = :rater AND c.item_id = i.id WHERE i.batch_id = :batch"
        " UNION ALL SELECT r.item_id, r.kind, j.text FROM batch_items i"
        " CROSS JOIN ratings r ON r.rater_id = :rater AND r.item_id = i.id JOIN judgments j ON j.id = r.judgment_id"
        " WHERE i.batch_id = :batch",
        {"rater": rater_id, "batch": batch_id},
    )
    grouped: dict[int, dict[str, Any]] = {}
    for row in rows:
        grouped.setdefault(row["item_id"], {})[row["kind"]] = row["said"]
    return {item_id: _state(said) for item_id, said in grouped.items()}


def of_pair(store: Store, rater_id: int, item_id: int) -> PairState:
    """What one rater has said of one pair; nothing yet is an empty state."""
    rows = store.read(
        "SELECT 'comparison' AS kind, outcome AS said FROM comparisons WHERE rater_id = :rater AND item_id = :item"
        " UNION ALL SELECT r.kind, j.text FROM ratings r JOIN judgments j ON j.id = r.judgment_id"
        " WHERE r.rater_id = :rater AND r.item_id = :item",
        {"rater": rater_id, "item": item_id},
    )
    return _state({row["kind"]: row["said"] for row in rows})


def all_of(store: Store, rubric_name: str, batch_id: int | None = None) -> list[Comparison]:
    """Every comparison that stands on this rubric, of one batch or of all (None), oldest first.

    Repeats and raters of every kind are among them: what reads this says which it means.
    """
    return _found(store, "comparisons", _OF_BATCH, {"rubric": rubric_name, "version": "", "batch": batch_id})


def pages(
    store: Store, rubric_name: str, batch_id: int | None, up_to: int, version: str = ""
) -> Iterator[list[Comparison]]:
    """`all_of` as it stood after the judgment `up_to`, in the order of prompts: whole prompts a page, oldest first.

    What an adjudicator said of the batch's pairs is among them, in a batch of its own. `version`: how the hash of the
    rubric begins ("": any).
    """
    for items in item_pages.pages(store, _OR_SETTLING_IT, batch_id):
        values = {"rubric": rubric_name, "version": version, "batch": batch_id, "up_to": up_to, "items": items}
        yield _found(store, _THEN, _OR_SETTLING_IT, values)


def prompts_compared(
    store: Store, rubric_name: str, batch_id: int | None, kinds: Sequence[RaterKind], up_to: int, version: str = ""
) -> Iterator[int]:
    """The prompts of the pairs that raters of these kinds had compared then, repeats apart, each once, by id."""
    values = {"rubric": rubric_name, "version": version, "kinds": canonical_json(list(kinds)), "up_to": up_to}
    for items in item_pages.pages(store, f"i.repeat_of IS NULL AND {_OR_SETTLING_IT}", batch_id):
        rows = store.read(
            f"SELECT DISTINCT i.prompt_id FROM {_THEN} c JOIN batch_items i ON i.id = c.item_id"
            " JOIN batches b ON b.id = i.batch_id JOIN rubrics u ON u.id = b.rubric_id"
            f" JOIN raters w ON w.id = c.rater_id WHERE {_ON_RUBRIC}"
            " AND w.kind IN (SELECT value FROM json_each(:kinds)) ORDER BY i.prompt_id",
            {**values, "items": items},
        )
        yield from (row["prompt_id"] for row in rows)


def _found(store: Store, source: str, of_batch: str, values: dict[str, Any]) -> list[Comparison]:
    rows = store.read(
        "SELECT c.judgment_id, i.batch_id, c.item_id, c.rater_id, w.kind AS rater_kind, i.prompt_id, c.left_id,"
        " c.right_id, l.model_id AS left_model, r.model_id AS right_model, c.outcome, j.milliseconds, i.repeat_of"
        f" FROM {source} c JOIN batch_items i ON i.id = c.item_id JOIN batches b ON b.id = i.batch_id"
        " JOIN rubrics u ON u.id = b.rubric_id JOIN raters w ON w.id = c.rater_id"
        " JOIN completions l ON l.id = c.left_id JOIN completions r ON r.id = c.right_id"
        " JOIN judgments j ON j.id = c.judgment_id"
        f" WHERE {_ON_RUBRIC} AND {of_batch} ORDER BY c.judgment_id",
        values,
    )
    return [Comparison(**dict(row)) for row in rows]


def repeated(found: Iterable[Comparison]) -> list[tuple[Comparison, Comparison]]:
    """Of these comparisons, the first and the second of one rater on the same two answers, asked twice unsaid."""
    first = {(one.rater_id, one.item_id): one for one in found}
    pairs = ((first.get((one.rater_id, one.repeat_of or 0)), one) for one in first.values())
    return [(before, after) for before, after in pairs if before is not None]


def show_latest(db: sqlite3.Connection, rater_id: int, item_id: int) -> None:
    """Show in `comparisons` what the events of this rater and item leave current; for `judgments` alone."""
    db.execute("DELETE FROM comparisons WHERE rater_id = ? AND item_id = ?", (rater_id, item_id))
    db.execute(
        "INSERT INTO comparisons (rater_id, item_id, left_id, right_id, outcome, judgment_id)"
        " SELECT rater_id, item_id, completion_id, other_id, outcome, id FROM judgments j"
        " WHERE rater_id = ? AND item_id = ? AND kind = 'comparison'"
        " AND NOT EXISTS (SELECT 1 FROM judgments u WHERE u.undoes = j.uuid) ORDER BY id DESC LIMIT 1",
        (rater_id, item_id),
    )


def _state(said: dict[str, Any]) -> PairState:
    return PairState(said.get("comparison"), "skip" in said, "flag" in said, said.get("note") or "")
