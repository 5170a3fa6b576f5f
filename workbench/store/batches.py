"""Batches: which answers are to be judged together, on which rubric, and by how many raters."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import asdict

from workbench.errors import UnknownNumber
from workbench.records import Batch, BatchItem, BatchSettings, Mode, NewItem
from workbench.spec import canonical_json
from workbench.store.clock import utc_now
from workbench.store.connection import ROWS_A_WRITE, Store

EVERYONE = BatchSettings()  # every item to every rater, without repeats and gold
# of an item `i` of a batch `b`: judged without the scores of others in sight, and not chosen to be easy
INDEPENDENT = "i.gold = 0 AND b.adjudicates IS NULL"
# what makes the mean of a model: each judgment once, and no answer that was picked because it looked wrong
COUNTED = f"i.repeat_of IS NULL AND b.hand_picked = 0 AND {INDEPENDENT}"


def add(
    store: Store,
    name: str,
    rubric_id: int,
    seed: int,
    items: Sequence[NewItem],
    job_id: int | None,
    settings: BatchSettings = EVERYONE,
) -> Batch:
    """Make a batch of these items; a job that was resumed finds the batch it made and completes it.

    Identical texts of one prompt are stored as candidates but point to the first (`same_as`): shown once.
    """
    with store.write() as db:
        found = db.execute("SELECT id FROM batches WHERE job_id = ?", (job_id,)).fetchone()
        batch_id = found[0] if found else _insert(db, name, rubric_id, seed, job_id, settings)
    return fill(store, batch_id, items)


def hand_picked(store: Store, name: str, rubric_id: int) -> Batch:
    """The batch that gathers what people pick by hand to be judged on this rubric; of that name if it is made now.

    Found or made in one transaction: two people who pick their first at once get one batch.
    """
    with store.write() as db:
        found = db.execute(
            "SELECT id FROM batches WHERE hand_picked = 1 AND rubric_id = ? AND job_id IS NULL ORDER BY id",
            (rubric_id,),
        ).fetchone()
        batch_id = found[0] if found else _insert(db, name, rubric_id, 0, None, BatchSettings(hand_picked=True))
    return by_id(store, batch_id)


def fill(store: Store, batch_id: int, items: Sequence[NewItem]) -> Batch:
    """Add the items that the batch lacks of these; it holds the first of them already."""
    known = size(store, batch_id)
    step = max(1, ROWS_A_WRITE // 4)
    for start in range(known, len(items), step):
        _add_items(store, batch_id, start, items[start : start + step])
    return by_id(store, batch_id)


def append(store: Store, batch_id: int, item: NewItem) -> bool:
    """Add one item at the end of a batch that grows; False if the batch has its first answer already."""
    with store.write() as db:
        known = db.execute(
            "SELECT 1 FROM batch_candidates c JOIN batch_items i ON i.id = c.item_id"
            " WHERE i.batch_id = ? AND c.completion_id = ?",
            (batch_id, item.completions[0]),
        ).fetchone()
        if known:
            return False
        (last,) = db.execute("SELECT MAX(position) FROM batch_items WHERE batch_id = ?", (batch_id,)).fetchone()
        _add_item(db, batch_id, 0 if last is None else last + 1, item)
    return True


def _insert(
    db: sqlite3.Connection, name: str, rubric_id: int, seed: int, job_id: int | None, settings: BatchSettings
) -> int:
    made = db.execute(
        "INSERT INTO batches (name, rubric_id, seed, job_id, created_at, mode, overlap, overlap_raters, repeats, gold,"
        " adjudicates, hand_picked) VALUES (:name, :rubric, :seed, :job, :now, :mode, :overlap, :overlap_raters,"
        " :repeats, :gold, :adjudicates, :hand_picked)",
        {"name": name, "rubric": rubric_id, "seed": seed, "job": job_id, "now": utc_now(), **asdict(settings)},
    )
    return made.lastrowid or 0


def by_id(store: Store, batch_id: int) -> Batch:
    row = store.one("SELECT * FROM batches WHERE id = ?", (batch_id,))
    if row is None:
        raise UnknownNumber("batch", batch_id, store.value("SELECT max(id) FROM batches"))
    return _record(row)


def made_with(store: Store, rubric_id: int, seed: int, mode: Mode) -> Batch | None:
    """The first batch with this seed: an import draws its seed from what it holds. None if there is none."""
    row = store.one(
        "SELECT * FROM batches WHERE rubric_id = ? AND seed = ? AND mode = ? ORDER BY id", (rubric_id, seed, mode)
    )
    return _record(row) if row else None


def all_batches(store: Store) -> list[Batch]:
    """Newest first."""
    return [_record(row) for row in store.read("SELECT * FROM batches ORDER BY id DESC")]


def on_rubrics(store: Store, hashes: Collection[str]) -> set[int]:
    """The batches that are judged on these versions of rubrics."""
    rows = store.read(
        "SELECT b.id FROM batches b JOIN rubrics u ON u.id = b.rubric_id"
        " WHERE u.hash IN (SELECT value FROM json_each(?))",
        (canonical_json(sorted(hashes)),),
    )
    return {row[0] for row in rows}


def size(store: Store, batch_id: int) -> int:
    """How many items it has now; a batch may grow, see `append`."""
    return int(store.value("SELECT COUNT(*) FROM batch_items WHERE batch_id = ?", (batch_id,)))


def items(store: Store, batch_id: int) -> list[BatchItem]:
    """The items in their order, each with the distinct answers to judge; repeats and gold among them."""
    rows = store.read(
        "SELECT i.id, i.prompt_id, i.raters_wanted, i.repeat_of, i.gold, c.completion_id"
        " FROM batch_items i JOIN batch_candidates c ON c.item_id = i.id"
        " WHERE i.batch_id = ? AND c.same_as IS NULL ORDER BY i.position, c.completion_id",
        (batch_id,),
    )
    grouped: dict[int, list[sqlite3.Row]] = {}
    for row in rows:
        grouped.setdefault(row["id"], []).append(row)
    return [_item(group) for group in grouped.values()]


def _record(row: sqlite3.Row) -> Batch:
    return Batch(**{**dict(row), "hand_picked": bool(row["hand_picked"])})


def _item(rows: Sequence[sqlite3.Row]) -> BatchItem:
    first = rows[0]
    return BatchItem(
        first["id"], first["prompt_id"], tuple(row["completion_id"] for row in rows), first["raters_wanted"],
        first["repeat_of"], bool(first["gold"]),
    )  # fmt: skip


def _add_items(store: Store, batch_id: int, first: int, items: Sequence[NewItem]) -> None:
    with store.write() as db:
        for position, new in enumerate(items, first):
            _add_item(db, batch_id, position, new)


def _add_item(db: sqlite3.Connection, batch_id: int, position: int, new: NewItem) -> None:
    item = db.execute(
        "INSERT INTO batch_items (batch_id, prompt_id, position, raters_wanted, repeat_of, gold) VALUES"
        " (?1, ?2, ?3, ?4, (SELECT id FROM batch_items WHERE batch_id = ?1 AND position = ?5), ?6)",
        (batch_id, new.prompt_id, position, new.raters_wanted, new.repeat_of, int(new.gold)),
    ).lastrowid
    _add_candidates(db, item, new.completions)


def _add_candidates(db: sqlite3.Connection, item: int | None, completions: Sequence[int]) -> None:
    first_with: dict[str, int] = {}
    for completion in completions:
        text = db.execute("SELECT text FROM completions WHERE id = ?", (completion,)).fetchone()[0].strip()
        db.execute(
            "INSERT INTO batch_candidates (item_id, completion_id, same_as) VALUES (?, ?, ?)",
            (item, completion, first_with.get(text)),
        )
        first_with.setdefault(text, completion)
