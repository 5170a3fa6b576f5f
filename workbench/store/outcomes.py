"""What the items of a run came to, without their texts: for counting, pairing and filtering runs of any size.

The items of a task are numbered in the order of its data, so an answer's place in its table is its place there.
Whatever is read here stands in one narrow index, so that no prompt is touched.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import gt, itemgetter, lt, ne, sub

from workbench.spec import canonical_json
from workbench.store import prompt_words
from workbench.store.connection import Store

_SCORED = "SELECT item_id, COALESCE(score, 0) AS score FROM answers INDEXED BY answers_counted WHERE run_id = :run"
_COUNTED = "FROM answers INDEXED BY answers_counted WHERE run_id = :run"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`score`: of the metric that judges item by item, None where the item has none; `answer`: number of a choice."""

    item_id: int
    score: float | None
    answer: int | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Crossed:
    """Two runs on their `n` shared items: how many were right in the first, and how many score higher or lower after.

    Right is a score of 1; only where every item is right or wrong are the higher and the lower ones flips.
    """

    n: int
    first: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Pairing:
    """What a run is paired by: its items in the order of the data and their scores, 0 for none, as JSON lists.

    `prompts` is a hash over what they were asked; None where it was not kept.
    """

    items: str
    scores: str
    prompts: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """`n` answers, `scored` of them with a score; `total` and `squares` are the sums of scores and of their squares.

    `binary`: every item is right or wrong (1 or 0) and nothing between. `guess` is the mean of 1 / choices; None where
    no item has more than one to choose from.
    """

    n: int
    scored: int
    total: float
    squares: float
    binary: bool
    guess: float | None


def outcomes(store: Store, run_id: int) -> list[Outcome]:
    """Of every item that a run has scored, in the order of the data."""
    rows = store.read(f"SELECT item_id, score, answer, changed {_COUNTED} ORDER BY item_id", {"run": run_id})
    return [Outcome(row[0], row[1], row[2], bool(row[3])) for row in rows]


def tally(store: Store, run_id: int) -> Tally:
    """The sums over the items that a run has scored so far."""
    row = store.read(
        "SELECT COUNT(*), COUNT(score), TOTAL(score), TOTAL(score * score), TOTAL(score IS 0 OR score IS 1),"
        f" AVG(CASE WHEN options > 1 THEN 1.0 / options END) {_COUNTED}",
        {"run": run_id},
    )[0]
    return Tally(row[0], row[1], row[2], row[3], row[4] == row[0], row[5])


def scored_by(store: Store, run_id: int) -> list[str]:
    """The metrics that judge a single item of a run, by one of its items; empty before the first is scored."""
    return list(json.loads(store.value("SELECT scores FROM answers WHERE run_id = ? LIMIT 1", (run_id,)) or "{}"))


def items(store: Store, run_id: int) -> list[int]:
    """Those that a run has scored, in the order of the data."""
    return _listed(store, f"SELECT item_id {_COUNTED} ORDER BY item_id", run_id)


def wrong(store: Store, run_id: int) -> list[int]:
    """The items that score 0, in the order of the data; none where an item may be half right, or has no score."""
    row = store.read(
        "SELECT json_group_array(item_id), MIN(score IS 0)"
        f" FROM (SELECT item_id, score {_COUNTED} AND score IS NOT 1 ORDER BY item_id)",
        {"run": run_id},
    )[0]
    return list(json.loads(row[0])) if row[1] else []


def closest(store: Store, run_id: int, margin: float) -> list[int]:
    """The items whose best choice leads the next by less than `margin` nats, the closest first."""
    asked = f"SELECT item_id {_COUNTED} AND margin < :margin ORDER BY margin, item_id"
    return _listed(store, asked, run_id, margin=margin)


def flipped(store: Store, first_run: int, second_run: int) -> list[int]:
    """The items with another score in the second run: the largest change first, then in the order of the data."""
    items, *scores = _both(store, first_run, second_run)
    differs = list(map(ne, *scores))
    before, after = (compress(one, differs) for one in scores)
    changes = [abs(change) for change in map(sub, before, after)]
    found = list(compress(items, differs))
    if len(set(changes)) < 2:  # as where every item is right or wrong
        return found
    return [item for _, item in sorted(zip(changes, found, strict=True), key=itemgetter(0), reverse=True)]


def crossed(store: Store, first_run: int, second_run: int, only: Collection[int] | None = None) -> Crossed:
    """`only`: of these items."""
    items, before, after = _both(store, first_run, second_run)
    if only is not None:
        wanted = [item in only for item in items]
        before, after = (list(compress(scores, wanted)) for scores in (before, after))
    return Crossed(len(before), before.count(1), sum(map(gt, after, before)), sum(map(lt, after, before)))


def pairing(store: Store, run_id: int) -> Pairing:
    """As a finished run keeps it; of any other it is read from its answers."""
    row = store.one("SELECT items, scores, prompts FROM pairings WHERE run_id = ?", (run_id,))
    if row:
        return Pairing(*row)
    items, scores = _arrays(store, f"{_SCORED} ORDER BY item_id", run_id)
    return Pairing(items, scores, None)


def _both(store: Store, first_run: int, second_run: int) -> tuple[list[int], list[float], list[float]]:
    """The items of both runs in the order of the data, their scores before, and after; no score counts 0."""
    first, second = (pairing(store, run) for run in (first_run, second_run))
    items, before, after = (json.loads(text) for text in (first.items, first.scores, second.scores))
    if first.items == second.items:  # as they are nearly always
        return items, before, after
    later = dict(zip(json.loads(second.items), after, strict=True))
    shared = [item in later for item in items]
    items, before = list(compress(items, shared)), list(compress(before, shared))
    return items, before, [later[item] for item in items]


def _listed(store: Store, asked: str, run_id: int, **given: float) -> list[int]:
    """The items of a query that names `item_id`."""
    return list(json.loads(_arrays(store, asked, run_id, **given)[0]))


def _arrays(store: Store, asked: str, run_id: int, **given: float) -> list[str]:
    """The columns of a query that names `item_id` and, if it likes, `score`, each as one JSON text.

    Of 200,000 items that is several times as fast as row by row.
    """
    names = ["item_id", "score"][: 1 + (" AS score" in asked)]
    arrays = ", ".join(f"json_group_array({name})" for name in names)
    return list(store.read(f"SELECT {arrays} FROM ({asked})", {"run": run_id, **given})[0])


def labels(store: Store, run_id: int) -> tuple[str, ...]:
    """The choices that all items of a run share, if each has one of them as its gold answer; else empty."""
    first = store.value("SELECT choices FROM answers WHERE run_id = ? ORDER BY item_id LIMIT 1", (run_id,))
    if first is None or len(json.loads(first)) < 2:
        return ()
    other = store.one(
        "SELECT 1 FROM answers WHERE run_id = ? AND (choices != ? OR gold IS NULL OR answer IS NULL) LIMIT 1",
        (run_id, first),
    )
    return () if other else tuple(json.loads(first))


def confusion(store: Store, run_id: int) -> dict[tuple[int, int], int]:
    """(gold, answer) -> how many items."""
    rows = store.read(f"SELECT gold, answer, COUNT(*) {_COUNTED} GROUP BY gold, answer", {"run": run_id})
    return {(row[0], row[1]): row[2] for row in rows}


def holding(store: Store, run_id: int, words: Sequence[str]) -> list[int]:
    """The items whose text or choices hold every one of the words, in the order of the data.

    A to Z match a to z; other capitals match themselves only (SQLite's LIKE). Of a large run the words of its texts are
    searched, where they are kept; a text is read for what they leave open.
    """
    kept = prompt_words.words_of(store, run_id)
    found: set[int] | None = None
    unread = []
    for word in words:
        held = kept.holding(_pattern(word)) if kept and word.split() == [word] else None
        if held is None:
            unread.append(word)
        else:
            found = held if found is None else found & held
    return sorted(found) if found is not None and not unread else _read(store, run_id, unread, found)


def _read(store: Store, run_id: int, words: Sequence[str], among: Collection[int] | None) -> list[int]:
    """The items whose text or choices hold the words; `among`: of these only."""
    each = " AND (context LIKE ? ESCAPE '\\' OR choices LIKE ? ESCAPE '\\')" * len(words)
    patterns = [pattern for word in words for pattern in (_pattern(word),) * 2]
    only = "" if among is None else " AND item_id IN (SELECT value FROM json_each(?))"
    listed = [] if among is None else [canonical_json(sorted(among))]
    sql = f"SELECT item_id FROM answers WHERE run_id = ?{only}{each} ORDER BY item_id"
    return [row[0] for row in store.read(sql, (run_id, *listed, *patterns))]


def _pattern(word: str) -> str:
    """LIKE's pattern for a word that stands anywhere."""
    plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"
