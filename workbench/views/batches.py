"""Batches to rate, with how far a rater is. Blind: the models of a batch are named only once it is finished."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.store import Store, batches, models, rubrics, summaries


@dataclass(frozen=True, slots=True)
class BatchRow:
    """`judged` of `answers` are fully scored or skipped by the rater; `models` is empty until all are."""

    id: int
    name: str
    rubric: str
    answers: int
    judged: int
    models: tuple[str, ...]
    created_at: str

    @property
    def finished(self) -> bool:
        return self.judged >= self.answers


def batch_rows(store: Store, rater: str | None) -> list[BatchRow]:
    """Newest first; `rater` None counts an answer as judged when any one rater has judged it."""
    return [_row(store, batch.id, rater) for batch in batches.all_batches(store)]


def open_batch(store: Store, rater: str | None) -> BatchRow | None:
    """The newest batch with answers left for this rater, or None."""
    return next((row for row in batch_rows(store, rater) if not row.finished), None)


def _row(store: Store, batch_id: int, rater: str | None) -> BatchRow:
    batch = batches.by_id(store, batch_id)
    rubric = rubrics.by_id(store, batch.rubric_id)
    answers = summaries.answers_in_batch(store, batch_id)
    judged = summaries.judged_answers(store, batch_id, len(rubric.criteria), rater)
    named = summaries.models_of_batch(store, batch_id) if judged >= answers else []
    return BatchRow(
        batch.id, batch.name, rubric.name, answers, judged, tuple(models.by_id(store, one).name for one in named),
        batch.created_at,
    )  # fmt: skip
