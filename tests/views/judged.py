"""Judgments in bulk, for what is computed of many: written through the store, a hundred a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import given

from workbench.records import Batch
from workbench.store import Store, judgments

A_WRITE = 100


def raters(store: Store, *names: str, kind: str = "human") -> list[int]:
    return [judgments.add_rater(store, name, kind).id for name in names]


def enter(store: Store, batch: Batch, events: Sequence[dict[str, Any]]) -> None:
    """Append these events, each as it differs from `given.event`; one session a rater and batch."""
    for start in range(0, len(events), A_WRITE):
        with store.write() as db:
            for values in events[start : start + A_WRITE]:
                event = given.event(batch, f"{values['rater_id']} on {batch.id}", **values)
                judgments.insert(db, event, batch.id, [])


def score(rater: int, item: int, completion: int, value: int, **more: Any) -> dict[str, Any]:
    return {"rater_id": rater, "item_id": item, "completion_id": completion, "value": value, **more}


def comparison(rater: int, item: int, left: int, right: int, outcome: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "comparison", "rater_id": rater, "item_id": item, "completion_id": left, "other_id": right,
        "outcome": outcome, "criterion": None, "value": None, **more,
    }  # fmt: skip
