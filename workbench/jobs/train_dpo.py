"""train-dpo: one DPO round through TRL; the new model enters the catalog with its lineage."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.errors import TrainingRefused, UsageError
from workbench.jobs import _train_check, _training
from workbench.jobs._context import JobContext
from workbench.jobs._params import Listing, PairsName, listed
from workbench.jobs._train_params import LOOKED_AT, TrainParams
from workbench.jobs._trainer import Trainer, Trainers
from workbench.records import Lane
from workbench.store import Store, data, exports, repeats
from workbench.training import dpo_preflight
from workbench.training.pair_rows import pair_rows
from workbench.training.settings import DPOSettings

LANE: Lane = "heavy"
_PAIRS = Trainer("dpo", "pairs", pair_rows, dpo_preflight.look, dpo_preflight.refuse, unseen="preference")


class Params(TrainParams):
    """One DPO run; the model is also the reference."""

    data: PairsName = Field(description="preference pairs")
    eval_data: PairsName | None = Field(None, description=LOOKED_AT)
    beta: float | None = Field(None, gt=0, description="pull towards the reference (empty: the method's)")
    loss_type: Listing = Field("sigmoid", description="one or several losses, as in: sigmoid, sft")
    loss_weights: Listing | None = Field(None, description="a number for each loss (empty: 1 each)")
    label_smoothing: float | None = Field(
        None, ge=0, lt=0.5, description="chance that a pair is wrong (empty: for robust as measured, else 0)"
    )


def title(params: Params) -> str:
    return _training.title("train-dpo", params)


def settings(params: Params, measured: float = 0.0) -> DPOSettings:
    """What the run is told; UsageError or TrainingRefused for what cannot work."""
    losses = {
        "loss_type": listed(params.loss_type),
        "loss_weights": _weights(params.loss_weights),
        "label_smoothing": measured if params.label_smoothing is None else params.label_smoothing,
    }
    return DPOSettings(**{**params.numbers(), **losses})


def trainers(_: Params) -> Trainers:
    return {"preferences": _PAIRS}


def check(store: Store, params: Params) -> None:
    _train_check.check(store, params, settings(params, measured=smoothing(store, params)), trainers(params))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    if "label_smoothing" not in context.plan:
        context.keep_plan({**context.plan, "label_smoothing": smoothing(context.store, params)})
    wanted = settings(params, context.plan["label_smoothing"])
    return _training.execute(context, "dpo", params, wanted, trainers(params))


def smoothing(store: Store, params: Params) -> float:
    """For `robust`: how often the ratings behind the pairs are turned round by chance, from answers judged twice.

    0 for other losses, and where a number was given. TrainingRefused if it is asked for and was never measured.
    """
    if "robust" not in listed(params.loss_type) or params.label_smoothing is not None:
        return 0.0
    from workbench.preferences.self_disagreement import contradictions, label_smoothing, repeated_margins

    policy = _policy(store, params.data)
    judged = repeats.visits(store, policy["rubric"]) if policy else []
    margins = [pair for visits in judged for pair in repeated_margins(visits, policy["min_margin"])]
    found = label_smoothing(contradictions([first for first, _ in margins], [again for _, again in margins]))
    if isnan(found.estimate):
        raise TrainingRefused(
            "The loss robust needs the chance that a pair points the wrong way, and no rater has judged the answers "
            f"behind {Path(params.data).name} twice.",
            "Set label_smoothing (0.1 for instance), or rate some of them again in a second batch.",
        )
    return found.estimate


def _policy(store: Store, reference: str) -> dict[str, Any]:
    """How the pairs were exported from ratings; empty where they came from elsewhere."""
    if reference not in data.names(store):
        return {}
    made = data.by_name(store, reference).id
    of_ratings = (one for one in exports.all_exports(store) if one.kind == "preferences")
    return next((one.policy for one in of_ratings if one.dataset_id == made), {})


def _weights(text: str | None) -> tuple[float, ...] | None:
    try:
        return tuple(float(one) for one in listed(text)) or None
    except ValueError as error:
        raise UsageError(f"train-dpo: loss_weights: {text!r} is not a list of numbers.", 'Write "1, 0.5".') from error
