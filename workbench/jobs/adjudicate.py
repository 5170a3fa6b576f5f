"""adjudicate: what raters of a batch disagree on -> a batch for one who sees what they gave and decides.

Of ratings whole prompts, so that the answers of one are again judged by one person; of pairs the pair.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workbench.errors import DataError, UsageError
from workbench.jobs._context import JobContext
from workbench.jobs._params import BatchId, JobParams
from workbench.rating import compose
from workbench.records import BatchSettings, Lane, Mode, NewItem
from workbench.store import Store, batches, comparisons, rubrics, scores

LANE: Lane = "light"


class Params(JobParams):
    """Which disagreements are settled."""

    batch: BatchId = Field(description="the batch whose disagreements are settled")
    apart: int = Field(2, ge=1, le=4, description="points between two scores that disagree; of pairs 1: tie and win")
    limit: int | None = Field(None, ge=1, description="the first disagreements only (empty: all)")
    seed: int = Field(0, ge=0, description="the same seed shows the answers in the same order")


def title(params: Params) -> str:
    return f"adjudication of batch {params.batch}"


def check(store: Store, params: Params) -> None:
    if batches.by_id(store, params.batch).compares and params.apart > 2:
        raise UsageError(
            f"No two verdicts on a pair are {params.apart} apart.", "Give 2: other winners, or 1: also a tie and a win."
        )


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    store, of = context.store, batches.by_id(context.store, params.batch)
    rubric = rubrics.by_id(store, of.rubric_id).name
    disputed = _divided(store, rubric, params) if of.compares else _apart(store, rubric, params)
    known = (item for item in batches.items(store, of.id) if item.repeat_of is None and not item.gold)
    items = [NewItem(item.prompt_id, item.completions) for item in known if item.id in disputed][: params.limit]
    if not items:
        raise DataError(f"No two raters of batch {params.batch} are {params.apart} points apart.")
    mode: Mode = "pairs" if of.compares else "ratings"
    settings = BatchSettings(  # each item to one adjudicator
        mode, overlap=0.0, overlap_raters=2, adjudicates=of.id, hand_picked=of.hand_picked
    )
    drawn = compose.compose(items, [], settings, params.seed)
    name = f"{title(params)} · job {context.job_id}"
    made = batches.add(store, name, of.rubric_id, params.seed, drawn, context.job_id, settings)
    return {"batch": made.id, "items": len(items)}


def _apart(store: Store, rubric: str, params: Params) -> set[int]:
    """The items with an answer whose scores on some criterion are so far apart."""
    given = scores.by_answer(store, rubric, params.batch)
    apart = {
        answer
        for answer, criteria in given.items()
        if any(values[-1] - values[0] >= params.apart for values in criteria.values())
    }
    return {item.id for item in batches.items(store, params.batch) if apart & set(item.completions)}


def _divided(store: Store, rubric: str, params: Params) -> set[int]:
    """The pairs with two winners; at 1 apart also those with a winner and a tie, or both bad."""
    winners: dict[int, set[int | None]] = {}
    for one in comparisons.all_of(store, rubric, params.batch):
        if one.rater_kind != "model":
            sides = {"left": one.left_id, "right": one.right_id}
            winners.setdefault(one.item_id, set()).add(sides.get(one.outcome))
    return {item for item, won in winners.items() if len(won - {None} if params.apart == 2 else won) > 1}
