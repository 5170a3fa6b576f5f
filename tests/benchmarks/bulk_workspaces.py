"""Workspaces of a given size, written in bulk but under the store's own guards."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from uuid import uuid4

from workbench import rubrics as rubric_files
from workbench.rating.order import draw
from workbench.records import BatchItem, Decoding, Generated, Message, NewItem
from workbench.spec import canonical_json
from workbench.store import Store, batches, completions, judgments, models, open_store, prompts, rubrics, utc_now
from workbench.store.connection import ROWS_A_WRITE
from workbench.workspace import Workspace

CRITERIA = 3
ANSWERS = 2  # a prompt
SESSION = 600  # events


def with_judgments(folder: Path, count: int, unrated_prompts: int = 100) -> Workspace:
    """One rated batch with at least `count` judgments, and a second, open one.

    The text of each answer names it in words that no other answer shares, so that a screen can be recognised.
    """
    workspace = Workspace(folder)
    with open_store(workspace) as store:
        rated = (
            _batch(store, max(1, count // (CRITERIA * ANSWERS)) if count else 0, "rated", first=0) if count else None
        )
        _batch(store, unrated_prompts, "open", first=10_000_000)
        if rated is not None:
            _judge(store, rated)
    return workspace


def _batch(store: Store, size: int, name: str, first: int) -> int:
    asked = prompts.add(store, [[Message("user", f"Question {first + at}: what now?")] for at in range(size)])
    model = models.add(store, "measured", "tiny", "embedded", None, "0" * 64)
    rows = [
        (f"{prompt.id}-{sample}", prompt.id, sample, sample, _answer(prompt.id, sample))
        for prompt in asked
        for sample in range(ANSWERS)
    ]
    for start in range(0, len(rows), ROWS_A_WRITE):
        completions.add_batch(store, rows[start : start + ROWS_A_WRITE], model, Decoding(), "float32", None)
    rubric = rubrics.add(store, rubric_files.load("general", store.workspace))
    ids = completions.existing(store, [row[0] for row in rows])
    items = [NewItem(prompt.id, tuple(ids[f"{prompt.id}-{sample}"] for sample in range(ANSWERS))) for prompt in asked]
    return batches.add(store, name, rubric, 1, items, None).id


def _answer(prompt: int, sample: int) -> Generated:
    """A word of letters spells the number (17 -> "bh"), so texts differ visibly."""
    word = "".join("abcdefghij"[int(digit)] for digit in f"{prompt}{sample}")
    return Generated(f"answer {word} is the answer.", 9, "stop")


def _judge(store: Store, batch_id: int) -> None:
    """Score everything as one rater, a session of 600 events at a time."""
    rater = judgments.add_rater(store, "bench").id
    rubric = batches.by_id(store, batch_id).rubric_id
    criteria = [one.name for one in rubrics.by_id(store, rubric).criteria]
    events = [
        (item, completion, criterion, at)
        for item in batches.items(store, batch_id)
        for at, completion in enumerate(_order(item))
        for criterion in criteria
    ]
    for start in range(0, len(events), SESSION):
        session = str(uuid4())
        for part in range(start, min(start + SESSION, len(events)), ROWS_A_WRITE):
            with store.write() as db:
                db.execute(
                    "INSERT INTO sessions VALUES (?, ?, ?, 'bench', 1, ?) ON CONFLICT (id) DO NOTHING",
                    (session, rater, batch_id, utc_now()),
                )
                for seq, event in enumerate(events[part : part + ROWS_A_WRITE], part - start + 1):
                    _score(db, rater, rubric, session, seq, *event)


def _score(
    db: sqlite3.Connection,
    rater: int,
    rubric: int,
    session: str,
    seq: int,
    item: BatchItem,
    completion: int,
    criterion: str,
    at: int,
) -> None:
    value = 1 + (item.id * 7 + completion * 3 + len(criterion)) % 5
    if seq % (CRITERIA * ANSWERS) == 1:
        db.execute(
            "INSERT INTO presentations (rater_id, item_id, shown_order, created_at) VALUES (?, ?, ?, ?)",
            (rater, item.id, canonical_json(list(_order(item))), utc_now()),
        )
    event = db.execute(
        "INSERT INTO judgments (uuid, session, seq, kind, rater_id, item_id, completion_id, rubric_id, criterion,"
        " value, position, shown_at, milliseconds, created_at) VALUES (?,?,?,'score',?,?,?,?,?,?,?,?,900,?)",
        (str(uuid4()), session, seq, rater, item.id, completion, rubric, criterion, value, at, utc_now(), utc_now()),
    ).lastrowid
    db.execute(
        "INSERT INTO ratings VALUES (?, ?, ?, 'score', ?, ?, ?)", (rater, item.id, completion, criterion, value, event)
    )


def _order(item: BatchItem) -> tuple[int, ...]:
    return draw(item.completions, 1, item.id, "bench")
