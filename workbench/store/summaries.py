"""Sums over the tables for Home and status, kept with the judgment they were counted at.

Nothing but a judgment changes these sums, so a kept summary with the newest judgment's number is exact; an
older one can be painted at once while the new one is counted (0.2 s at 100,000 judgments).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from workbench.spec import canonical_json
from workbench.store import batches, judgments, progress
from workbench.store.connection import Store

CONTAMINATION = "contamination"  # so begin the names of what was found of items in training data

# batch id -> how many criteria its rubric has
_CRITERIA = (
    "(SELECT b.id AS batch_id, b.mode, json_array_length(r.words, '$.criteria') AS criteria"
    " FROM batches b JOIN rubrics r ON r.id = b.rubric_id)"
)


@dataclass(frozen=True, slots=True)
class RatingSums:
    """Human scores of one model, clustered by prompt: each prompt counts once, with its mean score."""

    prompts: int
    total: float
    squares: float
    answers: int


@dataclass(frozen=True, slots=True)
class Summary:
    """`scores`: by model id, absent without a score. `judged`: by batch id, the answers one rater is done with.

    `elsewhere`: by batch id, the answers that this rater will not be given because others have judged them; absent
    without one. An answer of a batch of pairs is a pair. `last_judgment` is the newest event counted.
    """

    last_judgment: int
    scores: dict[int, RatingSums]
    judged: dict[int, int]
    elsewhere: dict[int, int]

    def current(self, store: Store) -> bool:
        """Whether nothing was judged since."""
        return self.last_judgment == judgments.count(store)


def count(store: Store, rater: str) -> Summary:
    """Count everything now."""
    return Summary(judgments.count(store), _scores(store), *by_batch(store, rater))


def by_batch(store: Store, rater: str) -> tuple[dict[int, int], dict[int, int]]:
    """`judged` and `elsewhere` of a summary, counted now: which batches are open needs no scores."""
    return _judged(store, rater), _elsewhere(store, rater)


def kept(store: Store, rater: str) -> Summary | None:
    """The summary that was kept last for this rater; None if there is none."""
    values = note(store, _name(rater))
    if values is None:
        return None
    return Summary(
        values["last_judgment"],
        {int(model): RatingSums(**sums) for model, sums in values["scores"].items()},
        {int(batch): judged for batch, judged in values["judged"].items()},
        {int(batch): answers for batch, answers in values["elsewhere"].items()},
    )


def keep(store: Store, rater: str, summary: Summary) -> None:
    body = asdict(summary) | {
        "scores": {str(model): asdict(sums) for model, sums in summary.scores.items()},
        "judged": {str(batch): judged for batch, judged in summary.judged.items()},
        "elsewhere": {str(batch): answers for batch, answers in summary.elsewhere.items()},
    }
    put_note(store, _name(rater), body)


def note(store: Store, name: str) -> dict[str, Any] | None:
    """What was kept under that name last; None if nothing."""
    body = store.value("SELECT body FROM summaries WHERE name = ?", (name,))
    return dict(json.loads(body)) if body else None


def put_note(store: Store, name: str, body: dict[str, Any]) -> None:
    with store.write() as db:
        db.execute(
            "INSERT INTO summaries (name, body) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body",
            (name, canonical_json(body)),
        )


def answers_by_model(store: Store) -> dict[int, int]:
    """Model id -> stored completions."""
    return dict(map(tuple, store.read("SELECT model_id, COUNT(*) FROM completions GROUP BY model_id")))


def answers_by_batch(store: Store) -> dict[int, int]:
    """Batch id -> answers to judge: identical texts of one prompt count once, and a pair counts once."""
    rows = store.read(
        "SELECT i.batch_id, CASE b.mode WHEN 'ratings' THEN COUNT(*) ELSE COUNT(DISTINCT i.id) END"
        " FROM batch_candidates c JOIN batch_items i ON i.id = c.item_id JOIN batches b ON b.id = i.batch_id"
        " WHERE c.same_as IS NULL GROUP BY i.batch_id"
    )
    return dict(map(tuple, rows))


def last_scored(store: Store) -> int:
    """Id of the newest score that stands; 0 without one."""
    return int(store.value("SELECT MAX(judgment_id) FROM ratings WHERE kind = 'score'") or 0)


def models_of_batch(store: Store, batch_id: int) -> list[int]:
    rows = store.read(
        "SELECT DISTINCT c.model_id FROM batch_candidates b JOIN batch_items i ON i.id = b.item_id"
        " JOIN completions c ON c.id = b.completion_id WHERE i.batch_id = ? ORDER BY 1",
        (batch_id,),
    )
    return [row[0] for row in rows]


def _scores(store: Store) -> dict[int, RatingSums]:
    """Each answer that a rater scored on every criterion (of `batches.COUNTED`), then each prompt, then each model."""
    rows = store.read(
        "SELECT model_id, COUNT(*) AS prompts, SUM(mean) AS total, SUM(mean * mean) AS squares, SUM(answers) AS answers"
        " FROM (SELECT c.model_id, c.prompt_id, SUM(a.total) * 1.0 / SUM(a.scores) AS mean,"
        "   COUNT(DISTINCT c.id) AS answers"
        "  FROM (SELECT item_id, completion_id, SUM(value) AS total, COUNT(*) AS scores FROM ratings"
        "   WHERE kind = 'score' AND rater_id IN (SELECT id FROM raters WHERE kind = 'human')"
        "   GROUP BY rater_id, item_id, completion_id) a"
        "  JOIN batch_items i ON i.id = a.item_id JOIN batches b ON b.id = i.batch_id"
        f"  JOIN {_CRITERIA} u ON u.batch_id = b.id JOIN completions c ON c.id = a.completion_id"
        f"  WHERE a.scores >= u.criteria AND {batches.COUNTED}"
        "  GROUP BY c.model_id, c.prompt_id) GROUP BY model_id",
    )
    return {row["model_id"]: RatingSums(row["prompts"], row["total"], row["squares"], row["answers"]) for row in rows}


def _judged(store: Store, rater: str) -> dict[int, int]:
    """Answers that the rater has scored on all criteria of the batch's rubric, or skipped; pairs likewise."""
    rows = store.read(
        "SELECT i.batch_id, COUNT(*) FROM (SELECT item_id, SUM(kind = 'score') AS scores, MAX(kind = 'skip') AS skipped"
        "  FROM ratings WHERE rater_id = (SELECT id FROM raters WHERE name = ?1) GROUP BY item_id, completion_id) d"
        f" JOIN batch_items i ON i.id = d.item_id JOIN {_CRITERIA} u ON u.batch_id = i.batch_id"
        " WHERE u.mode = 'ratings' AND (d.scores >= u.criteria OR d.skipped) GROUP BY i.batch_id"
        " UNION ALL SELECT i.batch_id, COUNT(*) FROM (SELECT item_id FROM comparisons"
        "  WHERE rater_id = (SELECT id FROM raters WHERE name = ?1) UNION SELECT item_id FROM ratings"
        "  WHERE rater_id = (SELECT id FROM raters WHERE name = ?1) AND kind = 'skip') d"
        " JOIN batch_items i ON i.id = d.item_id JOIN batches b ON b.id = i.batch_id"
        " WHERE b.mode != 'ratings' GROUP BY i.batch_id",
        (rater,),
    )
    return dict(map(tuple, rows))


def _elsewhere(store: Store, rater: str) -> dict[int, int]:
    """Answers (pairs) that others have judged, as many as wanted, and this rater has not."""
    rater_id = store.value("SELECT id FROM raters WHERE name = ?", (rater,)) or 0
    found: dict[int, int] = {}
    for batch in batches.all_batches(store):
        if _others_at_work(store, batch.id, rater_id):
            items = batches.items(store, batch.id)
            gone = progress.elsewhere(items, progress.finished_by(store, batch), rater_id)
            answers = sum(1 if batch.compares else len(item.completions) for item in items if item.id in gone)
            found |= {batch.id: answers} if answers else {}
    return found


def _others_at_work(store: Store, batch_id: int, rater_id: int) -> bool:
    """Whether another rater has opened a session on a batch whose items do not go to everyone."""
    row = store.one(
        "SELECT 1 FROM sessions s JOIN batches b ON b.id = s.batch_id"
        " WHERE b.id = ? AND b.overlap_raters IS NOT NULL AND s.rater_id != ?",
        (batch_id, rater_id),
    )
    return row is not None


def _name(rater: str) -> str:
    return f"home of {rater}"


def measured(store: Store) -> str:
    """Changes with every finished run, every look for its items in training data, and every new model."""
    row = store.read(
        "SELECT COUNT(*), MAX(finished_at), (SELECT COUNT(*) FROM summaries WHERE name GLOB ?),"
        " (SELECT COUNT(*) FROM models) FROM runs WHERE finished_at IS NOT NULL",
        (f"{CONTAMINATION} *",),
    )[0]
    return " ".join(str(one) for one in row)
