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


def add(
    store: Store,
    conversations: Sequence[Sequence[Message]],
    dataset_id: int | None = None,
    evaluation_only: Sequence[bool] = (),
) -> list[Prompt]:
    """Store the conversations that are new; the result is in the given order, with one prompt a row.

    A fixed share (`settings.EVALUATION_SHARE`), drawn by hash, is marked evaluation-only for ever, and so are those
    that `evaluation_only` says so of, place by place (empty: of none).
    """
    share = float(settings.get(store, settings.EVALUATION_SHARE) or 0)
    bodies = [_canonical(conversation) for conversation in conversations]
    for start in range(0, len(bodies), ROWS_A_WRITE):
        _insert(store, bodies[start : start + ROWS_A_WRITE], start, share, dataset_id, evaluation_only)
    found = [store.one("SELECT * FROM prompts WHERE hash = ?", (content_hash(body),)) for body in bodies]
    return [record(row) for row in found if row is not None]


def _insert(
    store: Store, bodies: Sequence[str], first: int, share: float, dataset_id: int | None, marked: Sequence[bool]
) -> None:
    with store.write() as db:
        for number, body in enumerate(bodies, first):
            hashed = content_hash(body)
            out = held_out(hashed, share) or any(marked[number : number + 1])
            db.execute(
                "INSERT INTO prompts (hash, messages, evaluation_only, dataset_id, row_number, created_at)"
                " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM prompts WHERE hash = ?1)",
                (hashed, body, int(out), dataset_id, number, utc_now()),
            )


def by_ids(store: Store, ids: Iterable[int]) -> dict[int, Prompt]:
    wanted = canonical_json(sorted(set(ids)))
    rows = store.read("SELECT * FROM prompts WHERE id IN (SELECT value FROM json_each(?))", (wanted,))
    return {row["id"]: record(row) for row in rows}


def evaluation_only(store: Store) -> list[int]:
    """The prompts that never leave for training, by id."""
    return [row["id"] for row in store.read("SELECT id FROM prompts WHERE evaluation_only = 1 ORDER BY id")]


def record(row: sqlite3.Row) -> Prompt:
    turns = tuple(Message(turn["role"], turn["content"]) for turn in json.loads(row["messages"]))
    return Prompt(row["id"], turns, bool(row["evaluation_only"]))


def digest(conversation: Sequence[Message]) -> str:
    """The hash under which a conversation is stored."""
    return content_hash(_canonical(conversation))


def _canonical(conversation: Sequence[Message]) -> str:
    return canonical_json([{"role": turn.role, "content": turn.content} for turn in conversation])
