"""Completions: a model's free answers, each stored once under the hash of everything that shaped it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from workbench.records import Completion, Decoding, Generated, Model
from workbench.spec import canonical_json, content_hash
from workbench.store import models
from workbench.store.clock import utc_now
from workbench.store.connection import Store
from workbench.text import whole


def request_hash(model: Model, prompt_hash: str, decoding: Decoding, seed: int, dtype: str, job_id: int) -> str:
    """Identity of one answer: weights (see models.weights), precision, prompt, decoding and seed."""
    known = models.weights(model, job_id)
    return content_hash(canonical_json([model.name, known, dtype, prompt_hash, _words(decoding), seed]))


def imported_hash(model: str, prompt_hash: str, text: str) -> str:
    """Identity of an answer that was made elsewhere: nothing but what it says is known of how it came about."""
    return content_hash(canonical_json(["imported", model, prompt_hash, whole(text)]))


def _words(decoding: Decoding) -> dict[str, Any]:
    """Its fields; stop sequences only where there are any, so that answers drawn before there were keep their hash."""
    found = asdict(decoding)
    return found if decoding.stop else {name: value for name, value in found.items() if name != "stop"}


def existing(store: Store, hashes: Sequence[str]) -> dict[str, int]:
    """The completion ids of those request hashes that are stored already."""
    rows = store.read(
        "SELECT request_hash, id FROM completions WHERE request_hash IN (SELECT value FROM json_each(?))",
        (canonical_json(list(hashes)),),
    )
    return {row["request_hash"]: row["id"] for row in rows}


def add_batch(
    store: Store,
    rows: Sequence[tuple[str, int, int, int, Generated]],
    model: Model,
    decoding: Decoding | None,
    dtype: str,
    job_id: int | None,
) -> None:
    """Store answers as (request hash, prompt id, sample, seed, answer) at once; known ones stay as they are."""
    words = canonical_json(_words(decoding) if decoding else {})
    with store.write() as db:
        for digest, prompt_id, sample, seed, answer in rows:
            db.execute(
                "INSERT INTO completions (request_hash, prompt_id, model_id, text, finish_reason, tokens, sample, seed,"
                " decoding, dtype, job_id, created_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12"
                " WHERE NOT EXISTS (SELECT 1 FROM completions WHERE request_hash = ?1)",
                (digest, prompt_id, model.id, whole(answer.text), answer.finish_reason, answer.tokens, sample, seed,
                 words, dtype, job_id, utc_now()),
            )  # fmt: skip


def by_ids(store: Store, ids: Iterable[int]) -> dict[int, Completion]:
    wanted = canonical_json(sorted(set(ids)))
    rows = store.read("SELECT * FROM completions WHERE id IN (SELECT value FROM json_each(?))", (wanted,))
    return {row["id"]: _record(row) for row in rows}


def by_prompts(store: Store, prompt_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Prompt id -> every stored answer to it, whoever gave it; a prompt without one is absent."""
    rows = store.read(
        "SELECT prompt_id, id FROM completions WHERE prompt_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (canonical_json(sorted(set(prompt_ids))),),
    )
    found: dict[int, tuple[int, ...]] = {}
    for row in rows:
        found[row["prompt_id"]] = (*found.get(row["prompt_id"], ()), row["id"])
    return found


def by_models(store: Store, model_ids: Sequence[int]) -> list[tuple[int, tuple[int, ...]]]:
    """(prompt id, completion ids) of every prompt that all of these models have answered, by prompt.

    Answers that were picked by hand are not among them.
    """
    rows = store.read(
        "SELECT prompt_id, id, model_id FROM completions WHERE model_id IN (SELECT value FROM json_each(?))"
        " AND id NOT IN (SELECT k.completion_id FROM batches b JOIN batch_items i ON i.batch_id = b.id"
        "  JOIN batch_candidates k ON k.item_id = i.id WHERE b.hand_picked = 1) ORDER BY prompt_id, id",
        (canonical_json(list(model_ids)),),
    )
    grouped: dict[int, list[sqlite3.Row]] = {}
    for row in rows:
        grouped.setdefault(row["prompt_id"], []).append(row)
    whole_ones = {one: of for one, of in grouped.items() if {row["model_id"] for row in of} == set(model_ids)}
    return [(one, tuple(row["id"] for row in of)) for one, of in whole_ones.items()]


def _record(row: sqlite3.Row) -> Completion:
    decoding = json.loads(row["decoding"])
    return Completion(
        id=row["id"],
        prompt_id=row["prompt_id"],
        model_id=row["model_id"],
        text=row["text"],
        finish_reason=row["finish_reason"],
        tokens=row["tokens"],
        sample=row["sample"],
        seed=row["seed"],
        decoding=_decoding(decoding) if decoding else None,
        dtype=row["dtype"],
    )


def _decoding(words: dict[str, Any]) -> Decoding:
    return Decoding(**{**words, "stop": tuple(words.get("stop", ()))})
