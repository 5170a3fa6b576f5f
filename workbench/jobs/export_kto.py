"""export-kto: ratings -> single answers labelled good or bad, in TRL's unpaired format."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from pydantic import Field

from workbench.jobs import _export
from workbench.jobs._context import JobContext
from workbench.jobs._export import ExportParams
from workbench.jobs._origins import Origins, answer
from workbench.jobs._selections import Row, Selections, each
from workbench.preferences.kto import KtoPolicy, Labels, UnpairedLabel, loss_weights, select
from workbench.records import Lane
from workbench.store import Store

LANE: Lane = "light"
check, advice, left_out, versions = _export.check, _export.advice, _export.left_out, _export.versions


class Params(ExportParams):
    """What makes an answer good, or bad; what is neither is left out."""

    good_mean: float = Field(4.0, ge=1, le=5, description="good: least mean over the criteria")
    good_floor: int = Field(3, ge=1, le=5, description="good: least score on any criterion")
    bad_mean: float = Field(2.0, ge=1, le=5, description="bad: a mean over the criteria of at most this")
    bad_score: int = Field(
        1, ge=0, le=5, description="bad: any score of at most this (0: a score alone makes none bad)"
    )


def title(params: Params) -> str:
    return f"export kto ({params.rubric})"


def selection(store: Store, params: Params) -> Selections[Labels]:
    """What the policy labels and drops of the ratings as they are, or were after `up_to`."""
    policy = KtoPolicy(params.good_mean, params.good_floor, params.bad_mean, params.bad_score)
    criteria = _export.criteria(store, params)
    return each(_export.rated(store, params), lambda page: select(page, criteria, policy))


def rows(_: Store, chosen: Labels, origins: Origins) -> list[Row]:
    """TRL's conversational unpaired format, with where each label comes from in further columns."""
    return [_row(one, origins) for one in chosen.labels]


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    return _export.execute(context, "kto", params, selection, rows, weights)


def weights(labels: Counter[bool]) -> dict[str, Any]:
    """How many labels of each side, and the weights that TRL's KTO is to be given; none where a side has no label."""
    found = loss_weights(labels[True], labels[False])
    sides = {"desirable": labels[True], "undesirable": labels[False]}
    named = {f"{name}_weight": round(value, 4) for name, value in asdict(found).items()} if found else {}
    return {**sides, **named}


def _row(one: UnpairedLabel, origins: Origins) -> Row:
    rated = one.answer
    return {
        "prompt": origins.asked(rated.prompt_id),
        "completion": answer(rated.text),
        "label": one.desirable,
        "mean": round(rated.mean, 4),
        **origins.rater(rated.rater_id),
        **origins.prompt(rated.prompt_id),
        "completion_id": rated.completion_id,
        "model": origins.weights(rated.model_id),
        "judgment_ids": [rated.last_judgment],
    }
