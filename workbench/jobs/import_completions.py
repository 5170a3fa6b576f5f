"""import-completions: answers made elsewhere become a batch to rate; ratings made elsewhere come in with them.

Everything is read and settled before anything is written, and entered by its content: a job that was killed goes
on, and the same file imported twice changes nothing. Imported models and raters keep a mark in their names, so
that they are never taken for a model that can be asked, or for a person who rates here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field

from workbench import durable
from workbench import rubrics as rubric_files
from workbench.data import completions as formats
from workbench.data.completions.found import Found
from workbench.data.completions.settled import Scale, settled
from workbench.errors import UsageError
from workbench.jobs import _imported_answers, _imported_judgments
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, RubricName
from workbench.records import Lane, Rubric
from workbench.store import Store, rubrics

LANE: Lane = "light"


class Params(JobParams):
    """Which file, and what it leaves open."""

    path: str = Field(description="a file of answers: a table, or what lm-eval, HELM, Argilla or Label Studio wrote")
    model: str | None = Field(None, min_length=1, description="who gave the answers, where the file does not say")
    rater: str | None = Field(None, min_length=1, description="who gave the ratings, where the file does not say")
    rubric: RubricName = Field("general", description="the rubric of the ratings, and of the batch")
    scale_low: float | None = Field(None, description="lowest score of the file's scale (empty: points 1 to 5)")
    scale_high: float | None = Field(None, description="highest score of the file's scale (empty: points 1 to 5)")


def title(params: Params) -> str:
    return f"import {Path(params.path).name}"


def check(store: Store, params: Params) -> None:
    _settled(params, rubric_files.load(params.rubric, store.workspace))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    rubric = rubric_files.load(params.rubric, context.workspace)
    found = _read(context, params, rubric)
    rubric_id = rubrics.add(context.store, rubric)
    kept = _imported_answers.keep(context, found.answers)
    name = f"{Path(params.path).name} · import"
    made = {
        mode: _imported_answers.batch(context.store, name, rubric_id, mode, items, kept)
        for mode, items in _imported_answers.items(found, kept).items()
    }
    raters = _imported_judgments.enter(context, found, kept, rubric, made)
    return {
        "batches": [batch.id for batch, _ in made.values()],
        "answers": len({one.id for one in kept}),
        "models": sorted({one.model for one in kept}),
        "scores": len(found.scores),
        "comparisons": len(found.comparisons),
        "raters": raters,
        "left_out": dict(found.left_out),
    }


def _settled(params: Params, rubric: Rubric) -> Found:
    scale = _scale(params)
    found = formats.read(Path(params.path), [one.name for one in rubric.criteria])
    return settled(found, params.model, params.rater, rubric, scale)


def _scale(params: Params) -> Scale | None:
    low, high = params.scale_low, params.scale_high
    if low is None and high is None:
        return None
    if low is None or high is None or low >= high:
        raise UsageError(f"No scale goes from {low} to {high}.", "Give both ends, the lower one first: --scale 1 10.")
    return Scale(low, high)


def _read(context: JobContext, params: Params, rubric: Rubric) -> Found:
    """What the file said when the job first started: a resumed one goes on with that, whatever it says by now."""
    kept = context.workspace.job_folder(context.job_id) / "import.json"
    if not kept.exists():
        context.progress(0, 0, "reading")
        part = kept.with_name(f"{kept.name}.{os.getpid()}.part")
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(_settled(params, rubric).json(), encoding="utf-8")
        durable.publish(part, kept)
    return Found.from_json(kept.read_text(encoding="utf-8"))
