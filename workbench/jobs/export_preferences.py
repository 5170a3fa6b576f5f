"""export-preferences: ratings -> preference pairs in TRL's format."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workbench.jobs import _export
from workbench.jobs._context import JobContext
from workbench.jobs._export import ExportParams
from workbench.jobs._origins import Origins, answer
from workbench.jobs._selections import Row, Selections, each
from workbench.preferences.pairs import PairPolicy, Selection, select
from workbench.records import Lane, PreferencePair
from workbench.store import Store

LANE: Lane = "light"
check, advice, left_out, versions = _export.check, _export.advice, _export.left_out, _export.versions


class Params(ExportParams):
    """The policy: what a pair must fulfil to be exported."""

    min_margin: float = Field(1.0, ge=0, le=4, description="least difference of the means, in points")
    min_agreement: float = Field(2 / 3, ge=0, le=1, description="least share of criteria on which chosen is better")
    max_spread: float = Field(2.0, ge=0, le=4, description="most that two raters may differ on an answer, in points")
    min_chosen: int = Field(3, ge=1, le=5, description="least score of the chosen answer on any criterion")
    one_per_prompt: bool = Field(True, description="only the widest margin of each prompt")


def title(params: Params) -> str:
    return f"export preferences ({params.rubric})"


def selection(store: Store, params: Params) -> Selections[Selection]:
    """What the policy keeps and drops of the ratings as they are, or were after `up_to`."""
    policy = PairPolicy(
        min_margin=params.min_margin,
        min_agreement=params.min_agreement,
        max_spread=params.max_spread,
        min_chosen=params.min_chosen,
        one_per_prompt=params.one_per_prompt,
    )
    criteria = _export.criteria(store, params)
    return each(_export.rated(store, params), lambda page: select(page, criteria, policy))


def rows(_: Store, chosen: Selection, origins: Origins) -> list[Row]:
    """TRL's conversational preference format, with where each pair comes from in further columns."""
    return [_row(pair, origins) for pair in chosen.pairs]


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    return _export.execute(context, "preferences", params, selection, rows)


def _row(pair: PreferencePair, origins: Origins) -> Row:
    return {
        "prompt": origins.asked(pair.prompt_id),
        "chosen": answer(pair.chosen.text),
        "rejected": answer(pair.rejected.text),
        "margin": round(pair.margin, 4),
        **origins.rater(pair.chosen.rater_id),
        **origins.prompt(pair.prompt_id),
        "chosen_id": pair.chosen.completion_id,
        "rejected_id": pair.rejected.completion_id,
        "chosen_model": origins.weights(pair.chosen.model_id),
        "rejected_model": origins.weights(pair.rejected.model_id),
        "judgment_ids": [pair.chosen.last_judgment, pair.rejected.last_judgment],
    }
