"""Prompts: stored once by content when they are first asked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from workbench.data.splits import held_out
from workbench.records import Message, Prompt
from workbench.spec import canonical_json, content_hash
from workbench.store import settings
from workbench.store.clock import utc_now
from workbench.store.connection import ROWS_A_WRITE, Store

# of a prompt `x`: whether it is for evaluation only, since it came or since it was marked later
KEPT_BACK = "(x.evaluation_only OR EXISTS (SELECT 1 FROM held_prompts h WHERE h.prompt_id = x.id))"
_PROMPTS = f"SELECT x.id, x.messages, {KEPT_BACK} AS evaluation_only FROM prompts x"


def add(
    store: Store,
    conversations: Sequence[Sequence[Message]],
    dataset_id: int | None = None,
    evaluation_only: Sequence[bool] = (),
) -> list[Prompt]:
    """Store the conversations that are new; the result is in the given order, with one prompt a row.

    A fixed share (`settings.EVALUATION_SHARE`), drawn by hash, is marked evaluation-only for ever, and so are those
    that `evaluation_only` says so of, place by place (empty: of none), also where they were stored without a mark.
    """
    share = float(settings.get(store, settings.EVALUATION_SHARE) or 0)
    bodies = [_canonical(conversation) for conversation in conversations]
    for start in range(0, len(bodies), ROWS_A_WRITE):
        _insert(store, bodies[start : start + ROWS_A_WRITE], start, share, dataset_id, evaluation_only)
    found = [store.one(f"{_PROMPTS} WHERE x.hash = ?", (content_hash(body),)) for body in bodies]
    return [_record(row) for row in found if row is not None]


def _insert(
    store: Store, bodies: Sequence[str], first: int, share: float, dataset_id: int | None, marked: Sequence[bool]
) -> None:
    with store.write() as db:
        for number, body in enumerate(bodies, first):
            hashed, mark = content_hash(body), any(marked[number : number + 1])
            out = mark or held_out(hashed, share)
            db.execute(
                "INSERT INTO prompts (hash, messages, evaluation_only, dataset_id, row_number, created_at)"
                " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM prompts WHERE hash = ?1)",
                (hashed, body, int(out), dataset_id, number, utc_now()),
            )
            if mark:
                _mark(db, hashed)


def _mark(db: sqlite3.Connection, hashed: str) -> None:
    """Mark a prompt that was stored without: it is never changed, so the mark has a row of its own."""
    db.execute(
        "INSERT INTO held_prompts (prompt_id, created_at)"
        f" SELECT x.id, ? FROM prompts x WHERE x.hash = ? AND NOT {KEPT_BACK}",
        (utc_now(), hashed),
    )


def by_ids(store: Store, ids: Iterable[int]) -> dict[int, Prompt]:
    wanted = canonical_json(sorted(set(ids)))
    rows = store.read(f"{_PROMPTS} WHERE x.id IN (SELECT value FROM json_each(?))", (wanted,))
    return {row["id"]: _record(row) for row in rows}


def evaluation_only(store: Store) -> list[int]:
    """The prompts that never leave for training, by id."""
    return [row["id"] for row in store.read(f"SELECT x.id FROM prompts x WHERE {KEPT_BACK} ORDER BY x.id")]


def _record(row: sqlite3.Row) -> Prompt:
    turns = tuple(Message(turn["role"], turn["content"]) for turn in json.loads(row["messages"]))
    return Prompt(row["id"], turns, bool(row["evaluation_only"]))


def digest(conversation: Sequence[Message]) -> str:
    """The hash under which a conversation is stored."""
    return content_hash(_canonical(conversation))


def _canonical(conversation: Sequence[Message]) -> str:
    return canonical_json([{"role": turn.role, "content": turn.content} for turn in conversation])
