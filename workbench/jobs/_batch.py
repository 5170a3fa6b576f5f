"""How a job makes a batch: the parameters that every such job declares, and the making."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Protocol

from pydantic import Field

from workbench import rubrics as rubric_files
from workbench.errors import DataError, UsageError
from workbench.jobs._context import JobContext
from workbench.jobs._params import RubricName
from workbench.rating import compose
from workbench.records import Batch, BatchSettings, Mode, NewItem
from workbench.store import Store, batches, completions, gold, rubrics

Overlap = Annotated[float, Field(ge=0, le=1, description="share of the items that several raters judge")]
Raters = Annotated[int, Field(ge=2, le=100, description="how many raters judge each of those; the others go to one")]
Repeats = Annotated[float, Field(ge=0, le=0.5, description="share of the items that come back later, unsaid")]
Gold = Annotated[
    float | None,
    Field(ge=0, le=0.5, description="answers with known scores, as a share of the items (empty: 0.03; of pairs none)"),
]

OVERLAP, RATERS, REPEATS, GOLD = 0.2, 2, 0.05, None
_GOLD_OF_RATINGS = 0.03


class BatchParams(Protocol):
    """What the parameters of a job that makes a batch have."""

    rubric: RubricName
    seed: int
    overlap: float
    raters: int
    repeats: float
    gold: float | None


def check(mode: Mode, params: BatchParams) -> None:
    """UsageError for gold among pairs: what is known of an answer are its scores."""
    if params.gold and mode != "ratings":
        raise UsageError(
            f"gold: {params.gold:g} of {mode} is not possible: gold answers have scores, no winner.",
            "Leave it empty, or make a batch of ratings.",
        )


def make(
    context: JobContext,
    params: BatchParams,
    name: str,
    mode: Mode,
    items: Sequence[NewItem],
    hand_picked: bool = False,
) -> Batch:
    """The batch of these items, with what the parameters mix in; DataError for a batch of nothing."""
    if not items:
        raise DataError("There is nothing to judge.", "Two different answers to one prompt make a pair.")
    rubric_id = rubrics.add(context.store, rubric_files.load(params.rubric, context.workspace))
    usual = _GOLD_OF_RATINGS if mode == "ratings" else 0.0
    share = usual if params.gold is None else params.gold
    settings = BatchSettings(mode, params.overlap, params.raters, params.repeats, share, hand_picked=hand_picked)
    known = _not_among(context.store, items, _gold(context, rubric_id)) if mode == "ratings" else []
    drawn = compose.compose(items, known, settings, params.seed)
    return batches.add(context.store, name, rubric_id, params.seed, drawn, context.job_id, settings)


def _gold(context: JobContext, rubric_id: int) -> list[NewItem]:
    """The known answers to draw from; fixed in the plan, so that a resumed job draws from the same."""
    if "gold" not in context.plan:
        context.keep_plan({**context.plan, "gold": gold.prompts(context.store, rubric_id)})
    return [NewItem(prompt_id, (completion_id,)) for prompt_id, completion_id in context.plan["gold"]]


def _not_among(store: Store, items: Sequence[NewItem], known: Sequence[NewItem]) -> list[NewItem]:
    """The known answers whose text the items do not hold anyway: shown twice, it would be known for gold."""
    of_gold = {item.prompt_id for item in known}
    to_judge = [one for item in items if item.prompt_id in of_gold for one in item.completions]
    found = completions.by_ids(store, [*to_judge, *(item.completions[0] for item in known)])
    said = {one: (found[one].prompt_id, found[one].text.strip()) for one in found}
    judged = {said[one] for one in to_judge}
    return [item for item in known if said[item.completions[0]] not in judged]
