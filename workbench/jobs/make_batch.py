"""make-batch: stored answers -> a batch to judge: rated, compared in pairs, or in tie-breaks of close ratings."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workbench import rubrics as rubric_files
from workbench.errors import UsageError
from workbench.jobs import _batch
from workbench.jobs._context import JobContext
from workbench.jobs._params import BatchId, JobParams, ModelName, RubricName
from workbench.preferences.pairs import PairPolicy
from workbench.preferences.ties import close_pairs
from workbench.rating import compose
from workbench.records import Lane, Mode, NewItem
from workbench.store import Store, batches, completions, models, ratings

LANE: Lane = "light"


class Params(JobParams):
    """Which stored answers are judged, and how."""

    mode: Mode = Field("pairs", description="ratings, pairs, or ties: pairs whose ratings were close")
    batch: BatchId | None = Field(None, description="the answers of this batch (empty: of the models)")
    model: ModelName | None = Field(None, description="the answers of this model")
    against: ModelName | None = Field(None, description="and of this one to the same prompts")
    rubric: RubricName = Field("general", description="the rubric they are judged on")
    a_prompt: int = Field(1, ge=1, le=100, description="most pairs of one prompt")
    below: float = Field(1.0, gt=0, le=4, description="ties: answers whose means differ by less, in points")
    limit: int | None = Field(None, ge=1, description="the first prompts only (empty: all)")
    seed: int = Field(0, ge=0, description="the same seed draws the same batch")
    overlap: _batch.Overlap = _batch.OVERLAP
    raters: _batch.Raters = _batch.RATERS
    repeats: _batch.Repeats = _batch.REPEATS
    gold: _batch.Gold = _batch.GOLD


def title(params: Params) -> str:
    return f"{params.mode} of {_source(params)}"


def check(store: Store, params: Params) -> None:
    rubric_files.load(params.rubric, store.workspace)
    if (params.batch is None) == (params.model is None):
        raise UsageError("A batch is made of the answers of a batch or of a model.", "Give one of batch and model.")
    if params.against is not None and params.model is None:
        raise UsageError("against needs a model to stand against.", "Give model too.")
    if params.mode == "ties" and params.batch is None:
        raise UsageError("ties are broken among the ratings of a batch.", "Give batch.")
    _batch.check(params.mode, params)
    if params.batch is not None:
        batches.by_id(store, params.batch)
    for name in _names(params):
        models.by_name(store, name)


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    items = _items(context.store, params)[: params.limit]
    picked = params.batch is not None and batches.by_id(context.store, params.batch).hand_picked
    made = _batch.make(context, params, f"{title(params)} · job {context.job_id}", params.mode, items, picked)
    return {**made, "items": batches.size(context.store, made["batch"])}


def _items(store: Store, params: Params) -> list[NewItem]:
    if params.mode == "ties":
        return _ties(store, params)
    answers = _answers(store, params)
    if params.mode == "ratings":
        return compose.rated(answers)
    known = completions.by_ids(store, [one for _, ids in answers for one in ids])
    return compose.pairs(answers, known, params.a_prompt, params.seed)


def _ties(store: Store, params: Params) -> list[NewItem]:
    """Each pair once, whoever rated it, in the order of the prompts."""
    criteria = [one.name for one in rubric_files.load(params.rubric, store.workspace).criteria]
    close = close_pairs(
        ratings.rated(store, params.rubric, params.batch, ("human", "imported")),
        criteria,
        PairPolicy(min_margin=params.below),
    )
    both = {(pair.prompt_id, *sorted((pair.chosen.completion_id, pair.rejected.completion_id))): None for pair in close}
    return [NewItem(prompt_id, (one, other)) for prompt_id, one, other in both]


def _answers(store: Store, params: Params) -> list[tuple[int, tuple[int, ...]]]:
    """Of the batch its own items, without repeats and gold; of models what all of them have answered."""
    if params.batch is None:
        return completions.by_models(store, [models.by_name(store, name).id for name in _names(params)])
    items = (item for item in batches.items(store, params.batch) if item.repeat_of is None and not item.gold)
    grouped: dict[int, dict[int, None]] = {}
    for item in items:
        grouped.setdefault(item.prompt_id, {}).update(dict.fromkeys(item.completions))
    return [(prompt, tuple(ids)) for prompt, ids in grouped.items()]


def _names(params: Params) -> list[str]:
    return [name for name in (params.model, params.against) if name is not None]


def _source(params: Params) -> str:
    return f"batch {params.batch}" if params.batch is not None else " and ".join(_names(params))
