"""adjudicate: the prompts of a batch on which raters disagree -> a batch for one who sees their scores and decides."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workbench.errors import DataError, UsageError
from workbench.jobs._context import JobContext
from workbench.jobs._params import BatchId, JobParams
from workbench.rating import compose
from workbench.records import BatchSettings, Lane, NewItem
from workbench.store import Store, batches, rubrics, scores

LANE: Lane = "light"


class Params(JobParams):
    """Which disagreements are settled."""

    batch: BatchId = Field(description="the batch whose disagreements are settled")
    apart: int = Field(2, ge=1, le=4, description="points between two raters' scores on a criterion that disagree")
    limit: int | None = Field(None, ge=1, description="the first disagreements only (empty: all)")
    seed: int = Field(0, ge=0, description="the same seed shows the answers in the same order")


def title(params: Params) -> str:
    return f"adjudication of batch {params.batch}"


def check(store: Store, params: Params) -> None:
    if batches.by_id(store, params.batch).compares:
        raise UsageError(f"Batch {params.batch} compares pairs.", "Ratings can be adjudicated.")


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    store, of = context.store, batches.by_id(context.store, params.batch)
    items = _disagreements(store, rubrics.by_id(store, of.rubric_id).name, params)[: params.limit]
    if not items:
        raise DataError(f"No two raters of batch {params.batch} are {params.apart} points apart.")
    settings = BatchSettings(overlap=0.0, overlap_raters=2, adjudicates=of.id)  # each item to one adjudicator
    drawn = compose.compose(items, [], settings, params.seed)
    name = f"{title(params)} · job {context.job_id}"
    made = batches.add(store, name, of.rubric_id, params.seed, drawn, context.job_id, settings)
    return {"batch": made.id, "items": len(items)}


def _disagreements(store: Store, rubric: str, params: Params) -> list[NewItem]:
    """Whole prompts, so that the answers of one are again judged by one person."""
    given = scores.by_answer(store, rubric, params.batch)
    apart = {
        answer
        for answer, criteria in given.items()
        if any(values[-1] - values[0] >= params.apart for values in criteria.values())
    }
    known = (item for item in batches.items(store, params.batch) if item.repeat_of is None and not item.gold)
    return [NewItem(item.prompt_id, item.completions) for item in known if apart & set(item.completions)]
