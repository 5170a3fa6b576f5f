"""Batches to rate, with how far a rater is. Blind: the models of a batch are named only once it is finished."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.records import Batch
from workbench.store import Store, batches, models, rubrics, summaries
from workbench.store.summaries import Summary


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


def batch_rows(store: Store, rater: str) -> list[BatchRow]:
    """Newest first, counted now."""
    return rows_from(store, summaries.count(store, rater))


def rows_from(store: Store, summary: Summary) -> list[BatchRow]:
    """Newest first, with the progress of a summary."""
    answers = summaries.answers_by_batch(store)
    return [
        _row(store, batch, answers.get(batch.id, 0), summary.judged.get(batch.id, 0))
        for batch in batches.all_batches(store)
    ]


def _row(store: Store, batch: Batch, answers: int, judged: int) -> BatchRow:
    named = summaries.models_of_batch(store, batch.id) if judged >= answers else []
    names = tuple(models.by_id(store, one).name for one in named)
    rubric = rubrics.by_id(store, batch.rubric_id).name
    return BatchRow(batch.id, batch.name, rubric, answers, judged, names, batch.created_at)
