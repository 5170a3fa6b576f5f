"""bias: a model on texts about people, on their twins of the other gender, and on placebo twins of the same."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workbench.bias import probes, twins
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._evaluate import evaluate
from workbench.jobs._params import JobParams, ModelName
from workbench.jobs._remaining import Remaining
from workbench.jobs._trial import Trial, expect
from workbench.models.language_model import LanguageModel
from workbench.models.machine import Settings
from workbench.records import Lane
from workbench.store import Store, runs

LANE: Lane = "heavy"


class Params(JobParams):
    """Which model; the bundled sentences and decisions about women and men."""

    model: ModelName = Field("smollm2", description="the model that is looked at")
    seed: int = Field(0, ge=0, description="the same seed puts in the same names")
    limit: int | None = Field(None, ge=1, description="the first texts of each set only (empty: all)")


def title(params: Params) -> str:
    return f"bias {params.model} · gender"


def check(store: Store, params: Params) -> None:
    _inputs.check_model(store, params.model, "tokens")


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    model = _inputs.model(context, params.model)
    settings = _inputs.settings(context, model, exact=True)
    engine = context.load(model, settings)
    loaded = {name: probes.load(name, engine.count_tokens, params.seed, params.limit) for name in probes.SETS}
    work = Remaining()
    trials = {name: _trials(context, engine, settings, probe, work) for name, probe in loaded.items()}
    done = {
        name: {arm: evaluate(context, engine, model, settings, trial, work).id for arm, trial in arms.items()}
        for name, arms in trials.items()
    }
    return {"model": model.name, "runs": done}


def _trials(
    context: JobContext, engine: LanguageModel, settings: Settings, probe: probes.Probe, work: Remaining
) -> dict[str, Trial]:
    """Arm -> how it is asked."""
    stored = runs.add_task(context.store, probe.name, probe.version, probe.definition, probe.docs)
    found = {}
    for arm in (twins.ORIGINAL, *twins.ARMS):
        found[arm] = Trial(probe, stored, runs.counterfactual(arm), [twins.arm(doc, arm) for doc in probe.docs])
        expect(work, found[arm], engine, settings)
    return found
