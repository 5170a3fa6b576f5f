"""export-ratings: every rated answer with its scores, for analysis, for another tool, or for learning the best ones.

`workbench completions import` reads the file back: prompt, completion, model, rater and scores are its columns.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workbench.jobs import _export
from workbench.jobs._context import JobContext
from workbench.jobs._export import ExportParams
from workbench.jobs._origins import Origins, answer
from workbench.jobs._selections import Row, Selections, each
from workbench.preferences.answers import AnswerPolicy, RatedAnswers, select
from workbench.records import Lane, RatedCompletion
from workbench.store import Store

LANE: Lane = "light"
check, advice, left_out, versions = _export.check, _export.advice, _export.left_out, _export.versions


class Params(ExportParams):
    """Which rated answers; an answer is one row a rater."""

    min_mean: float = Field(1.0, ge=1, le=5, description="least mean over the criteria")
    max_mean: float = Field(5.0, ge=1, le=5, description="most mean over the criteria")
    complete: bool = Field(True, description="only answers that are scored on every criterion")


def title(params: Params) -> str:
    return f"export ratings ({params.rubric})"


def selection(store: Store, params: Params) -> Selections[RatedAnswers]:
    """What the policy keeps and drops of the ratings as they are, or were after `up_to`."""
    policy, criteria = AnswerPolicy(params.min_mean, params.max_mean, params.complete), _export.criteria(store, params)
    return each(_export.rated(store, params), lambda page: select(page, criteria, policy))


def rows(_: Store, chosen: RatedAnswers, origins: Origins) -> list[Row]:
    """Prompt and completion as messages, the scores by criterion, and where they come from."""
    return [_row(one, origins) for one in chosen.answers]


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    return _export.execute(context, "ratings", params, selection, rows)


def _row(one: RatedCompletion, origins: Origins) -> Row:
    return {
        "prompt": origins.asked(one.prompt_id),
        "completion": answer(one.text),
        "scores": one.scores,
        "mean": round(one.mean, 4),
        **origins.rater(one.rater_id),
        **origins.prompt(one.prompt_id),
        "completion_id": one.completion_id,
        "model": origins.model(one.model_id),
        "weights": origins.weights(one.model_id),
        "judgment_ids": [one.last_judgment],
    }
