"""train-dpo: one DPO round through TRL; the new model enters the catalog with its lineage."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from workbench.data import formats
from workbench.errors import TrainingRefused, UsageError
from workbench.jobs import _trained, _unseen
from workbench.jobs._context import JobContext
from workbench.jobs._params import Listing, PairsName, listed
from workbench.records import Lane
from workbench.store import Store, data, exports, repeats
from workbench.training.settings import DPOSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from workbench.training.dpo_preflight import DPOReport
    from workbench.training.estimate import Estimate
    from workbench.training.preflight import Look

LANE: Lane = "heavy"


class Params(_trained.TrainParams):
    """One DPO run; the model is also the reference."""

    data: PairsName = Field(description="preference pairs")
    beta: float | None = Field(None, gt=0, description="pull towards the reference (empty: the method's)")
    loss_type: Listing = Field("sigmoid", description="one or several losses, as in: sigmoid, sft")
    loss_weights: Listing | None = Field(None, description="a number for each loss (empty: 1 each)")
    label_smoothing: float | None = Field(
        None, ge=0, lt=0.5, description="chance that a pair is wrong (empty: for robust as measured, else 0)"
    )


def title(params: Params) -> str:
    return _trained.title("train-dpo", params)


def settings(params: Params, measured: float = 0.0) -> DPOSettings:
    """What the run is told; UsageError or TrainingRefused for what cannot work."""
    losses = {
        "loss_type": listed(params.loss_type),
        "loss_weights": _weights(params.loss_weights),
        "label_smoothing": measured if params.label_smoothing is None else params.label_smoothing,
    }
    return DPOSettings(**{**params.numbers(), **losses})


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


def check(store: Store, params: Params) -> None:
    _trained.check(store, params, settings(params, measured=smoothing(store, params)), ("preferences",))


def look(table: formats.Table, params: Params, tokenizer: PreTrainedTokenizerBase) -> Look[Any, DPOReport]:
    """What a run would train on, in tokens; light."""
    from workbench.training import dpo_preflight
    from workbench.training.pair_rows import pair_rows

    return dpo_preflight.look(pair_rows(table), tokenizer, params.max_length)


def refuse(report: DPOReport) -> None:
    """TrainingRefused if a run could not teach what it says."""
    from workbench.training import dpo_preflight

    dpo_preflight.refuse(report)


def measure(table: formats.Table, wanted: DPOSettings, base: Path, report: DPOReport) -> Estimate:
    """What a run on rows like these would take; loads the model."""
    from workbench.training import dpo
    from workbench.training.pair_rows import pair_rows

    return dpo.measure(wanted, base, pair_rows(table), report)


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.training.pair_rows import pair_rows

    context.release()
    base, path = _trained.base(context, params)
    pairs = _trained.data_set(context, params.data)
    _trained.name(context, params.name, base, "dpo")
    table = _trained.rows(pairs, params.limit)
    checks = _trained.checks(context, params, pairs, table, base, params.limit)
    if "label_smoothing" not in context.plan:
        context.keep_plan({**context.plan, "label_smoothing": smoothing(context.store, params)})
    chosen = settings(params, context.plan["label_smoothing"])
    wanted, machine = _trained.on_this_machine(context, params, chosen, base, look, table)
    outcome = _trained.run(context, params, "dpo", wanted, machine, path, pair_rows(table))
    others = _unseen.measure(
        context, pairs, lambda rows, tokenizer: look(rows, params, tokenizer), path, wanted, outcome
    )
    counts = {"pairs": outcome["preflight"]["kept"], "unseen": others}
    model = _trained.register(context, params, base, pairs, outcome, counts)
    return {
        "model": model.name, **outcome, "unseen": others, "checks": checks, "old_task": model.details["old_task"],
    }  # fmt: skip
