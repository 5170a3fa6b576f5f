"""Judgments in words: what stands behind a number, for a person who wants to read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.spec import canonical_json
from workbench.store.connection import Store

_PAGE = 1000  # events whose texts are held at a time


@dataclass(frozen=True, slots=True)
class Told:
    """One event in words: whose it is, what was shown, what was said. Prompt and answers are their whole texts.

    `said` is a score, an outcome, a note, a digit that came too fast, or the kind of the event; `other` is the answer
    on the right of a pair.
    """

    id: int
    rater: str
    rater_kind: str
    batch_id: int
    item_id: int
    criterion: str
    said: str
    prompt: str
    answer: str
    other: str | None
    position: int | None
    milliseconds: int
    created_at: str


def by_ids(store: Store, ids: Sequence[int]) -> list[Told]:
    """These events in words, in the order in which they are named."""
    rows = store.read(
        "SELECT j.id, w.name AS rater, w.kind AS rater_kind, i.batch_id, j.item_id, COALESCE(j.criterion, '')"
        " AS criterion, CASE j.kind WHEN 'note' THEN 'note: ' || j.text WHEN 'too_fast' THEN 'too fast: ' || j.value"
        " ELSE COALESCE(CAST(j.value AS TEXT), j.outcome, j.kind) END AS said,"
        " json_extract(p.messages, '$[#-1].content') AS prompt, COALESCE(c.text, '') AS answer, o.text AS other,"
        " j.position, j.milliseconds, j.created_at FROM json_each(?) k JOIN judgments j ON j.id = k.value"
        " JOIN raters w ON w.id = j.rater_id JOIN batch_items i ON i.id = j.item_id"
        " JOIN prompts p ON p.id = i.prompt_id LEFT JOIN completions c ON c.id = j.completion_id"
        " LEFT JOIN completions o ON o.id = j.other_id ORDER BY k.key",
        (canonical_json(list(ids)),),
    )
    return [Told(**dict(row)) for row in rows]


def holding(store: Store, ids: Sequence[int], words: Sequence[str]) -> list[int]:
    """Those of the events, in their order, that hold all the words: in rater, criterion, what was said or a text."""
    pages = (by_ids(store, ids[start : start + _PAGE]) for start in range(0, len(ids), _PAGE))
    return [one.id for page in pages for one in page if _holds(one, words)]


def _holds(one: Told, words: Sequence[str]) -> bool:
    text = f"{one.rater} {one.criterion} {one.said} {one.prompt} {one.answer} {one.other or ''}".casefold()
    return all(word in text for word in words)
