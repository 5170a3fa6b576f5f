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
from workbench.jobs._evaluate import evaluate
from workbench.jobs._remaining import Remaining
from workbench.jobs._trial import Trial, expect
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
    return f"stress {params.model} · {bench.task_words(params)}"


check = bench.check


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    from workbench.tasks.load import load

    model = _inputs.model(context, params.model)
    context.progress(0, 0, f"loading {params.task}")
    loaded = load(context.store, params.task, params.limit, folder=bench.data_folder(params))
    if not loaded.fields:
        raise UsageError(
            f"The text of {params.task} is made in Python, or holds no field of its items: nothing to perturb."
        )
    stored = runs.add_task(context.store, loaded.name, loaded.version, loaded.definition, loaded.docs)
    settings = _inputs.settings(context, model, exact=True)
    engine = context.load(model, settings)
    clean = Trial(loaded, stored, runs.CLEAN, loaded.docs)
    work = Remaining()
    expect(work, clean, engine, settings, [*_named(params.seed), runs.RERUN])
    run = evaluate(context, engine, model, settings, clean, work)
    perturbed = [
        evaluate(context, engine, model, settings, Trial(loaded, stored, variant, docs), work).id
        for variant, docs in variants(loaded, params.seed)
    ]
    other = replace(settings, scoring_budget=max(1, settings.scoring_budget // 2))
    engine = context.load(model, other)
    floor = evaluate(context, engine, model, other, replace(clean, variant=runs.RERUN), work)
    return {"clean": run.id, "perturbed": perturbed, "floor": floor.id, "fields": list(loaded.fields)}


def variants(loaded: LoadedTask, seed: int) -> Iterator[tuple[dict[str, Any], list[Doc]]]:
    """Each perturbation at each severity, with the documents it makes of the task's."""
    for variant in _named(seed):
        yield variant, [_perturbed(loaded, doc, at, **variant) for at, doc in enumerate(loaded.docs)]


def _named(seed: int) -> list[dict[str, Any]]:
    return [
        {"perturbation": name, "severity": severity, "seed": seed}
        for name in perturbations.names()
        for severity in SEVERITIES
    ]


def _perturbed(loaded: LoadedTask, doc: Doc, at: int, perturbation: str, severity: float, seed: int) -> Doc:
    """The document with its input fields perturbed; every item and field has a seed of its own."""
    changed = {
        field: perturbations.perturbed(doc[field], perturbation, severity, seed, f"{loaded.name}/{at}/{field}")
        for field in loaded.fields
        if isinstance(doc.get(field), str)
    }
    return {**doc, **changed}
