"""Workspaces of a given size, written in bulk but under the store's own guards."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any
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
COMPARED = 4  # answers of a prompt, each with each: six pairs
SESSION = 600  # events
MODELS = ("measured", "other")  # every second answer of a prompt is by the other one
SECOND = 5  # every fifth item has a second rater
REPEATED = 20  # every twentieth comes back to the first rater
_OF_TWENTY = CRITERIA * ANSWERS * (20 + 20 // SECOND + 20 // REPEATED)  # judgments of twenty prompts


def with_judgments(folder: Path, count: int, unrated_prompts: int = 100, words: int = 0) -> Workspace:
    """One rated batch with at least `count` judgments, and a second, open one; the same whenever it is made.

    Two models' answers, a fifth of the items by two raters, a twentieth rated again by the first.

    The text of each answer names it in words that no other answer shares, so that a screen can be recognised. With
    `words` a rated prompt is that many words drawn from 5,000, and an answer as many behind its name.
    """
    workspace = Workspace(folder)
    with open_store(workspace) as store:
        size = 20 * -(-count // _OF_TWENTY)
        rated = _batch(store, size, "rated", first=0, words=words, repeated=True) if count else None
        _batch(store, unrated_prompts, "open", first=10_000_000)
        if rated is not None:
            _judge(store, rated)
    return workspace


def with_comparisons(folder: Path, count: int, words: int = 0) -> Workspace:
    """One batch of pairs with at least `count` comparisons by one rater; texts as above."""
    workspace = Workspace(folder)
    pairs = list(combinations(range(COMPARED), 2))
    with open_store(workspace) as store:
        compared = _batch(store, max(1, count // len(pairs)), "compared", 0, words, COMPARED, pairs)
        events = [(item, *_order(item)) for item in batches.items(store, compared)]
        _say(store, compared, events, _compare)
    return workspace


def _batch(
    store: Store,
    size: int,
    name: str,
    first: int,
    words: int = 0,
    answers: int = ANSWERS,
    together: Sequence[Sequence[int]] = (range(ANSWERS),),
    repeated: bool = False,
) -> int:
    """A prompt has as many answers, and an item for each row of `together`: which of them it shows."""
    asked = prompts.add(store, [[Message("user", _question(first + at, words))] for at in range(size)])
    for at, name_of in enumerate(MODELS):
        model = models.add(store, name_of, "tiny", "embedded", None, str(at) * 64)
        rows = [
            (f"{prompt.id}-{sample}", prompt.id, sample, sample, _answer(prompt.id, sample, words))
            for prompt in asked
            for sample in range(at, answers, len(MODELS))
        ]
        for start in range(0, len(rows), ROWS_A_WRITE):
            completions.add_batch(store, rows[start : start + ROWS_A_WRITE], model, Decoding(), "float32", None)
    rubric = rubrics.add(store, rubric_files.load("general", store.workspace))
    ids = completions.existing(store, [f"{prompt.id}-{sample}" for prompt in asked for sample in range(answers)])
    items = [
        NewItem(prompt.id, tuple(ids[f"{prompt.id}-{sample}"] for sample in shown))
        for prompt in asked
        for shown in together
    ]
    again = [replace(items[at], repeat_of=at) for at in range(0, len(items), REPEATED)] if repeated else []
    return batches.add(store, name, rubric, 1, items + again, None).id


def _question(number: int, words: int) -> str:
    return f"{_drawn(f'question {number}', words)}?" if words else f"Question {number}: what now?"


def _answer(prompt: int, sample: int, words: int) -> Generated:
    """A word of letters spells the number (17 -> "bh"), so texts differ visibly."""
    word = "".join("abcdefghij"[int(digit)] for digit in f"{prompt}{sample}")
    more = f" {_drawn(f'answer {prompt} {sample}', words)}." if words else ""
    return Generated(f"answer {word} is the answer.{more}", 9 + words, "stop")


def _drawn(seed: str, count: int) -> str:
    return " ".join(random.Random(seed).choices(_vocabulary(), k=count))


@cache
def _vocabulary() -> list[str]:
    """5,000 words of two to four syllables."""
    rng = random.Random(0)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "il")]
    return ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(5000)]


def _judge(store: Store, batch_id: int) -> None:
    """Score everything; a second rater a part of it."""
    criteria = rubrics.by_id(store, batches.by_id(store, batch_id).rubric_id).criteria
    items = batches.items(store, batch_id)
    shared = [item for item in items if item.repeat_of is None][::SECOND]
    for rater, mine in (("bench", items), ("second", shared)):
        events = [
            (item, completion, one.name, at)
            for item in mine
            for at, completion in enumerate(_order(item))
            for one in criteria
        ]
        _say(store, batch_id, events, _score, rater)


def _say(
    store: Store, batch_id: int, events: Sequence[tuple[Any, ...]], put: Callable[..., None], name: str = "bench"
) -> None:
    """Put them as one rater, a session of 600 events at a time."""
    rater = judgments.add_rater(store, name).id
    rubric = batches.by_id(store, batch_id).rubric_id
    for start in range(0, len(events), SESSION):
        session = str(uuid4())
        for part in range(start, min(start + SESSION, len(events)), ROWS_A_WRITE):
            with store.write() as db:
                db.execute(
                    "INSERT INTO sessions VALUES (?, ?, ?, 'bench', 1, ?) ON CONFLICT (id) DO NOTHING",
                    (session, rater, batch_id, utc_now()),
                )
                for seq, event in enumerate(events[part : part + ROWS_A_WRITE], part - start + 1):
                    put(db, rater, rubric, session, seq, *event)


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
    slip = (item.id * 7 + completion + rater) % 4 == 0  # as another rater, or another day, has it
    quality = (completion * 2654435761 % 2**32) >> 16  # mixed: the answers of a prompt lie a round number apart
    value = min(5, 1 + (quality + len(criterion)) % 5 + slip)
    if seq % (CRITERIA * ANSWERS) == 1:
        _present(db, rater, item)
    event = db.execute(
        "INSERT INTO judgments (uuid, session, seq, kind, rater_id, item_id, completion_id, rubric_id, criterion,"
        " value, position, shown_at, milliseconds, created_at) VALUES (?,?,?,'score',?,?,?,?,?,?,?,?,900,?)",
        (str(uuid4()), session, seq, rater, item.id, completion, rubric, criterion, value, at, utc_now(), utc_now()),
    ).lastrowid
    db.execute(
        "INSERT INTO ratings VALUES (?, ?, ?, 'score', ?, ?, ?)", (rater, item.id, completion, criterion, value, event)
    )


def _compare(
    db: sqlite3.Connection, rater: int, rubric: int, session: str, seq: int, item: BatchItem, left: int, right: int
) -> None:
    outcome = ("left", "right", "left", "right", "tie", "both_bad")[(item.id * 7 + left) % 6]
    _present(db, rater, item)
    event = db.execute(
        "INSERT INTO judgments (uuid, session, seq, kind, rater_id, item_id, completion_id, other_id, rubric_id,"
        " outcome, shown_at, milliseconds, created_at) VALUES (?,?,?,'comparison',?,?,?,?,?,?,?,900,?)",
        (str(uuid4()), session, seq, rater, item.id, left, right, rubric, outcome, utc_now(), utc_now()),
    ).lastrowid
    db.execute("INSERT INTO comparisons VALUES (?, ?, ?, ?, ?, ?)", (rater, item.id, left, right, outcome, event))


def _present(db: sqlite3.Connection, rater: int, item: BatchItem) -> None:
    db.execute(
        "INSERT INTO presentations (rater_id, item_id, shown_order, created_at) VALUES (?, ?, ?, ?)",
        (rater, item.id, canonical_json(list(_order(item))), utc_now()),
    )


def _order(item: BatchItem) -> tuple[int, ...]:
    return draw(item.completions, 1, item.id, "bench")
