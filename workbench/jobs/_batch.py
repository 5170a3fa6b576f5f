"""How a job makes a batch: the parameters that every such job declares, and the making."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Annotated, Any, Protocol

from pydantic import Field

from workbench import rubrics as rubric_files
from workbench.errors import DataError, UsageError
from workbench.jobs._context import JobContext
from workbench.jobs._params import RubricName
from workbench.rating import compose
from workbench.rating.compose import Answers
from workbench.rating.gold import hidden_among
from workbench.records import BatchSettings, Mode, NewItem
from workbench.store import Store, batches, completions, gold, rubrics
from workbench.text import plural

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
) -> dict[str, Any]:
    """Make the batch of these items, with what the parameters mix in; DataError for a batch of nothing.

    Of a job's result its number as `batch`, how many `gold` items it has, and, where these are fewer than was asked
    for though answers with known scores are there, or were asked for by name, why, as `gold_left_out`.
    """
    if not items:
        raise DataError("There is nothing to judge.", "Two different answers to one prompt make a pair.")
    rubric_id = rubrics.add(context.store, rubric_files.load(params.rubric, context.workspace))
    usual = _GOLD_OF_RATINGS if mode == "ratings" else 0.0
    share = usual if params.gold is None else params.gold
    settings = BatchSettings(mode, params.overlap, params.raters, params.repeats, share, hand_picked=hand_picked)
    fitting = _gold(context, rubric_id, items, params.seed) if share else []
    drawn = compose.compose(items, fitting, settings, params.seed)
    made = batches.add(context.store, name, rubric_id, params.seed, drawn, context.job_id, settings)
    mixed_in = sum(item.gold for item in drawn)
    missing = _missing(context, params.gold, len(items), mixed_in, compose.gold_items(share, len(items)))
    return {"batch": made.id, "gold": mixed_in, **({"gold_left_out": missing} if missing else {})}


def _gold(context: JobContext, rubric_id: int, items: Sequence[NewItem], seed: int) -> list[NewItem]:
    """The items to draw from; fixed in the plan, so that a resumed job draws from the same."""
    if "gold_items" not in context.plan:
        known = gold.prompts(context.store, rubric_id)
        shaped = _shaped(context.store, known, items, seed) if known else []
        plan = {"gold_known": len(known), "gold_items": [[item.prompt_id, item.completions] for item in shaped]}
        context.keep_plan({**context.plan, **plan})
    return [NewItem(prompt_id, tuple(answers)) for prompt_id, answers in context.plan["gold_items"]]


def _shaped(store: Store, known: Answers, items: Sequence[NewItem], seed: int) -> list[NewItem]:
    beside = completions.by_prompts(store, [prompt for prompt, _ in known])
    answers = chain(*beside.values(), *(item.completions for item in items))
    texts = {one: found.text for one, found in completions.by_ids(store, answers).items()}
    return hidden_among(items, known, beside, texts, seed)


def _missing(context: JobContext, asked: float | None, items: int, mixed_in: int, wanted: int) -> str:
    """Why there is less gold than was asked for; empty where there is not."""
    if asked and not wanted:
        return f"gold: {asked:g} of {plural(items, 'item')} is less than one."
    if mixed_in == wanted:
        return ""
    known, usable = context.plan["gold_known"], len(context.plan["gold_items"])
    if not known:
        return "gold: no answer has known scores yet: workbench batches gold BATCH --rater NAME." if asked else ""
    why = f"no more than {plural(known, 'prompt')} with known scores"
    if usable < known:
        why = (
            f"of {plural(known, 'prompt')} with known scores {known - usable} would be told for gold, being in the"
            " batch anyway or having fewer answers than its prompts"
        )
    return f"gold: {mixed_in} of {wanted} items: {why}."
