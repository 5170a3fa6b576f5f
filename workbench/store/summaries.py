"""Sums over the tables for Home and status: one pass each, no row of text is read."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.store.connection import Store


@dataclass(frozen=True, slots=True)
class RatingSums:
    """Human scores of one model, clustered by prompt: each prompt counts once, with its mean score."""

    prompts: int
    total: float
    squares: float
    answers: int
    raters: int


def answers_by_model(store: Store) -> dict[int, int]:
    """Model id -> stored completions."""
    return dict(map(tuple, store.read("SELECT model_id, COUNT(*) FROM completions GROUP BY model_id")))


def scores_by_model(store: Store) -> dict[int, RatingSums]:
    """Model id -> sums of the mean score of each prompt; models without a score are absent."""
    rows = store.read(
        "SELECT model_id, COUNT(*) AS prompts, SUM(mean) AS total, SUM(mean * mean) AS squares, "
        " SUM(answers) AS answers, MAX(raters) AS raters FROM (SELECT c.model_id, c.prompt_id, AVG(r.value) AS mean,"
        " COUNT(DISTINCT r.completion_id) AS answers, COUNT(DISTINCT r.rater_id) AS raters"
        " FROM ratings r JOIN completions c ON c.id = r.completion_id JOIN raters w ON w.id = r.rater_id"
        " WHERE r.kind = 'score' AND w.kind = 'human' GROUP BY c.model_id, c.prompt_id) GROUP BY model_id"
    )
    return {
        row["model_id"]: RatingSums(row["prompts"], row["total"], row["squares"], row["answers"], row["raters"])
        for row in rows
    }


def judged_answers(store: Store, batch_id: int, criteria: int, rater: str | None = None) -> int:
    """Answers of a batch that a rater (None: any one rater) has scored on all criteria, or skipped."""
    return int(
        store.value(
            "SELECT COUNT(*) FROM (SELECT DISTINCT item_id, completion_id FROM (SELECT r.item_id, r.completion_id,"
            " SUM(r.kind = 'score') AS scores, MAX(r.kind = 'skip') AS skipped FROM ratings r"
            " JOIN batch_items i ON i.id = r.item_id JOIN raters w ON w.id = r.rater_id"
            " WHERE i.batch_id = :batch AND (:rater IS NULL OR w.name = :rater)"
            " GROUP BY r.rater_id, r.item_id, r.completion_id) WHERE scores >= :criteria OR skipped)",
            {"batch": batch_id, "criteria": criteria, "rater": rater},
        )
    )


def answers_in_batch(store: Store, batch_id: int) -> int:
    """Answers to judge: identical texts of one prompt count once."""
    return int(
        store.value(
            "SELECT COUNT(*) FROM batch_candidates c JOIN batch_items i ON i.id = c.item_id"
            " WHERE i.batch_id = ? AND c.same_as IS NULL",
            (batch_id,),
        )
    )


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
