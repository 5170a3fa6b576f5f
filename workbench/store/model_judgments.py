"""Judgments made by models: which are there already, and how many of them say nothing or depend on the order.

Their `text` is JSON: what the model gave back, and whether the two orders of a pair contradicted each other.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.spec import canonical_json
from workbench.store.connection import Store

# no score of the same criterion, and no comparison of the same pair
_UNANSWERED = """
    NOT EXISTS (SELECT 1 FROM ratings o WHERE o.rater_id = r.rater_id AND o.item_id = r.item_id
        AND o.completion_id = r.completion_id AND o.kind = 'score' AND o.criterion = r.criterion)
    AND NOT EXISTS (SELECT 1 FROM comparisons c WHERE c.rater_id = r.rater_id AND c.item_id = r.item_id)
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """The judgments of one model that stand. `unreadable` replies named no choice and became no judgment.

    `order_dependent` comparisons, ties by that, contradict each other in the two orders; of these `first` named the
    answer shown first both times, and `second` the other. `unread` and `turned` are the judgments behind the unreadable
    and the order-dependent ones.
    """

    rater_id: int
    scores: int
    comparisons: int
    unreadable: int
    order_dependent: int
    first: int
    second: int
    unread: tuple[int, ...] = ()
    turned: tuple[int, ...] = ()


def known(store: Store, uuids: Iterable[str]) -> set[str]:
    """Those of these events that are stored."""
    rows = store.read(
        "SELECT uuid FROM judgments WHERE uuid IN (SELECT value FROM json_each(?))", (canonical_json(list(uuids)),)
    )
    return {row[0] for row in rows}


def tallies(store: Store, rubric_name: str, batch_id: int | None = None) -> list[Tally]:
    """One a rater of the kind "model" on this rubric, of one batch or of all (None), in the order they came."""
    rows = store.read(
        "SELECT v.rater_id, SUM(v.kind = 'score'), SUM(v.kind = 'comparison'), SUM(v.kind = 'skip'),"
        " TOTAL(json_extract(j.text, '$.order_dependent')), TOTAL(json_extract(j.text, '$.favours') = 'first'),"
        " TOTAL(json_extract(j.text, '$.favours') = 'second'),"
        " json_group_array(v.judgment_id) FILTER (WHERE v.kind = 'skip'),"
        " json_group_array(v.judgment_id) FILTER (WHERE json_extract(j.text, '$.order_dependent')) FROM ("
        "  SELECT rater_id, item_id, kind, judgment_id FROM ratings r"
        f"  WHERE kind = 'score' OR kind = 'skip' AND {_UNANSWERED}"
        "  UNION ALL SELECT rater_id, item_id, 'comparison', judgment_id FROM comparisons) v"
        " JOIN raters w ON w.id = v.rater_id AND w.kind = 'model' JOIN batch_items i ON i.id = v.item_id"
        " JOIN judgments j ON j.id = v.judgment_id JOIN rubrics u ON u.id = j.rubric_id"
        " WHERE u.name = :rubric AND (:batch IS NULL OR i.batch_id = :batch) GROUP BY v.rater_id ORDER BY v.rater_id",
        {"rubric": rubric_name, "batch": batch_id},
    )
    return [_tally(row) for row in rows]


def _tally(row: sqlite3.Row) -> Tally:
    *counts, unread, turned = row
    rater, made, compared, unreadable, order_dependent, first, second = map(int, counts)
    return Tally(rater, made, compared, unreadable, order_dependent, first, second, _ids(unread), _ids(turned))


def _ids(listed: str) -> tuple[int, ...]:
    return tuple(sorted(json.loads(listed)))
