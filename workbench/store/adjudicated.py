"""What an adjudicator decided: it takes the place of what was in dispute, and is no independent judgment.

Of scores and of comparisons alike: judgments by raters of every kind are settled first, and then those of the kinds
that are asked for are taken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from workbench.store.comparisons import Comparison
from workbench.store.connection import Store


def independent(store: Store, found: Sequence[Comparison], batch_id: int | None) -> list[Comparison]:
    """Those that raters made without seeing what others gave.

    Of answers that were picked by hand only where their batch is asked for; None: all batches are.
    """
    picked = {row[0] for row in store.read("SELECT id FROM batches WHERE hand_picked = 1")}
    left_out = _settling(store) | picked - {batch_id}
    return [one for one in found if one.batch_id not in left_out]


def settled(store: Store, found: Sequence[Comparison]) -> list[Comparison]:
    """What counts: of two answers that an adjudicator compared only that comparison does, else everyone's."""
    settling = _settling(store)
    decided = {_answers(one) for one in found if one.batch_id in settling}
    return [one for one in found if one.batch_id in settling or _answers(one) not in decided]


def settled_scores(found: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """What counts: of an answer that an adjudicator scored on every criterion only those scores do, else everyone's.

    What an adjudicator began and did not finish counts for nothing. A row has rater_id, completion_id, criterion,
    adjudicates (None: it settles nothing) and criteria, the number of those of its rubric; all rows of an answer are
    among them.
    """
    settling = [row for row in found if row["adjudicates"]]
    given: dict[tuple[int, int], set[str]] = {}
    for row in settling:
        given.setdefault(_said(row), set()).add(row["criterion"])
    whole = {_said(row) for row in settling if len(given[_said(row)]) >= row["criteria"]}
    decided = {completion for _, completion in whole}
    return [
        row for row in found if (_said(row) in whole if row["adjudicates"] else row["completion_id"] not in decided)
    ]


def _said(row: sqlite3.Row) -> tuple[int, int]:
    return row["rater_id"], row["completion_id"]


def _settling(store: Store) -> set[int]:
    """The batches that settle the disagreements of another."""
    return {row[0] for row in store.read("SELECT id FROM batches WHERE adjudicates IS NOT NULL")}


def _answers(one: Comparison) -> frozenset[int]:
    return frozenset((one.left_id, one.right_id))
