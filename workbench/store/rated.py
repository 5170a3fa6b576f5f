"""The answers of one model that people have rated: what each rater gave, and the judgments behind it.

The same answers make the mean on Home (`summaries`): raters are people, every criterion is scored, and the
item is one that counts (`batches.COUNTED`).
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from workbench.store.batches import COUNTED
from workbench.store.connection import Store


@dataclass(frozen=True, slots=True)
class Given:
    """One score of 1..5; `milliseconds` is the time of attention before the key, `judgment_id` the event."""

    criterion: str
    value: int
    created_at: str
    milliseconds: int
    judgment_id: int


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """One answer as one rater scored it, in the order of the keys."""

    item_id: int
    completion_id: int
    prompt_id: int
    rater: str
    scores: tuple[Given, ...]

    @property
    def mean(self) -> float:
        return sum(score.value for score in self.scores) / len(self.scores)


def of_model(store: Store, model_id: int) -> list[RatedAnswer]:
    """Every answer of the model that a person scored on every criterion, once a rater, oldest first."""
    rows = store.read(
        "SELECT r.item_id, r.completion_id, i.prompt_id, w.name AS rater, json_array_length(u.words, '$.criteria')"
        " AS criteria, COUNT(*) AS scored, json_group_array(json_array(r.criterion, r.value, j.created_at,"
        " j.milliseconds, r.judgment_id)) AS scores FROM completions c"
        " CROSS JOIN ratings r ON r.completion_id = c.id AND r.kind = 'score' JOIN batch_items i ON i.id = r.item_id"
        " JOIN batches b ON b.id = i.batch_id JOIN rubrics u ON u.id = b.rubric_id JOIN raters w ON w.id = r.rater_id"
        " AND w.kind = 'human' JOIN judgments j ON j.id = r.judgment_id"
        f" WHERE c.model_id = ? AND {COUNTED}"
        " GROUP BY r.rater_id, r.item_id, r.completion_id HAVING scored >= criteria ORDER BY MAX(r.judgment_id)",
        (model_id,),
    )
    return [_answer(row) for row in rows]


def _answer(row: sqlite3.Row) -> RatedAnswer:
    given = sorted((Given(*score) for score in json.loads(row["scores"])), key=lambda score: score.judgment_id)
    return RatedAnswer(row["item_id"], row["completion_id"], row["prompt_id"], row["rater"], tuple(given))
