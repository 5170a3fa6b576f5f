"""stress: a model on a task, clean and perturbed, item by item; gold answers and options stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import Field

from workbench import perturbations
from workbench.errors import UsageError
from workbench.jobs import _inputs, bench
from workbench.jobs._context import JobContext
from workbench.jobs._evaluate import Tally, counted, evaluate
from workbench.records import Lane
from workbench.store import runs

if TYPE_CHECKING:
    from workbench.tasks.loaded import Doc, LoadedTask

LANE: Lane = "heavy"
SEVERITIES = (0.02, 0.10)


class Params(bench.TaskParams):
    """Which model, which task; every perturbation at severities .02 and .10."""

    seed: int = Field(0, ge=0, description="the same seed makes the same typos")


def title(params: Params) -> str:
    return f"stress {params.model} · {params.task}"


check = bench.check


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.tasks.load import load

    model = _inputs.model(context, params.model)
    context.progress(0, 0, f"loading {params.task}")
    loaded = load(context.store, params.task, params.limit)
    if not loaded.fields:
        raise UsageError(
            f"The text of {params.task} is made in Python, or holds no field of its items: nothing to perturb."
        )
    stored = runs.add_task(context.store, loaded.name, loaded.version, loaded.definition, loaded.docs)
    settings = _inputs.settings(context, model, exact=True)
    engine = context.load(model, settings)
    tally = Tally(_runs() * counted(loaded, loaded.docs))
    clean = evaluate(context, engine, model, settings, loaded, stored, runs.CLEAN, loaded.docs, tally)
    perturbed = [
        evaluate(context, engine, model, settings, loaded, stored, variant, docs, tally).id
        for variant, docs in variants(loaded, params.seed)
    ]
    other = replace(settings, scoring_budget=max(1, settings.scoring_budget // 2))
    engine = context.load(model, other)
    floor = evaluate(context, engine, model, other, loaded, stored, runs.RERUN, loaded.docs, tally)
    return {"clean": clean.id, "perturbed": perturbed, "floor": floor.id, "fields": list(loaded.fields)}


def _runs() -> int:
    """Clean, every perturbation at every severity, and clean again; a perturbed item has as many options as before."""
    return 2 + len(perturbations.names()) * len(SEVERITIES)


def variants(loaded: LoadedTask, seed: int) -> Iterator[tuple[dict[str, Any], list[Doc]]]:
    """Each perturbation at each severity, with the documents it makes of the task's."""
    for name in perturbations.names():
        for severity in SEVERITIES:
            variant = {"perturbation": name, "severity": severity, "seed": seed}
            yield variant, [_perturbed(loaded, doc, at, name, severity, seed) for at, doc in enumerate(loaded.docs)]


def _perturbed(loaded: LoadedTask, doc: Doc, at: int, name: str, severity: float, seed: int) -> Doc:
    """The document with its input fields perturbed; every item and field has a seed of its own."""
    changed = {
        field: perturbations.perturbed(doc[field], name, severity, seed, f"{loaded.name}/{at}/{field}")
        for field in loaded.fields
        if isinstance(doc.get(field), str)
    }
    return {**doc, **changed}
