"""A job again: its exact spec, and whether what it read and ran on is still the same.

A repeated training is compared with the first one step by step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from workbench import __version__
from workbench.data.sources import sha256
from workbench.errors import ModelError
from workbench.jobs._inputs import versions
from workbench.models.weights import weights_hash
from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store, data, jobs, models

Finding = Literal["same", "changed", "missing"]
SAME_LOSS = 5e-5  # two losses that are equal to four decimals
# Of the plan: given to a repetition.
_FIXED = ("data", "dataset_id", "card", "settings", "label_smoothing", "inputs", "free_memory")
REPEATS = "repeats"
_OTHER_ROWS = "The name means other rows by now; a repetition takes the old ones."


@dataclass(frozen=True, slots=True)
class Checked:
    """A model, a data set or a library version: `was` when the job first started, `now` None where it is gone.

    Hashes are SHA-256 in hexadecimal. `note` says what a repetition makes of it; empty where nothing is to be said.
    """

    name: str
    was: str
    now: str | None
    finding: Finding
    note: str = ""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A later job with the same spec. `largest`: difference of a loss, over the `steps` both have; None without any."""

    job: int
    state: str
    steps: int
    largest: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Repro:
    """`spec` is TOML. `inputs` and `versions` are empty where the job never started."""

    job: int
    kind: str
    state: str
    spec: str
    spec_hash: str
    settings: dict[str, Any]
    inputs: tuple[Checked, ...]
    versions: tuple[Checked, ...]
    repeated: tuple[Repeated, ...]
    verdict: str


def repro(store: Store, job_id: int) -> Repro:
    """JobError if there is no such job. Hashes the weights and rows it read: seconds for a large model."""
    job = jobs.by_id(store, job_id)
    inputs = tuple(_input(store, job, name, was) for name, was in job.plan.get("inputs", {}).items())
    known = tuple(_version(name, was) for name, was in job.plan.get("versions", {}).items())
    return Repro(
        job.id, job.kind, job.state, JobSpec.from_json(job.spec).toml(), job.spec_hash, job.plan.get("settings", {}),
        inputs, known, tuple(_repeated(store, job)), _verdict(inputs, known),
    )  # fmt: skip


def again(store: Store, job_id: int) -> tuple[JobSpec, dict[str, Any]]:
    """(spec, plan) of a repetition: the same rows and settings, under a new name where it makes something named."""
    job = jobs.by_id(store, job_id)
    spec = JobSpec.from_json(job.spec)
    if spec.params.get("name"):
        spec = replace(spec, params={**spec.params, "name": None})
    plan = {name: job.plan[name] for name in _FIXED if name in job.plan}
    if "settings" in plan:
        plan["versions"] = versions()
    return spec, {**plan, REPEATS: job.id}


def _input(store: Store, job: Job, reference: str, was: str) -> Checked:
    model = models.find(store, reference)
    if model is not None and model.path is not None:
        return _model(reference, Path(model.path), was)
    kept = Path(_kept(job))
    if not kept.is_file():
        return Checked(reference, was, None, "missing", "The rows are gone from the workspace: import them again.")
    now = sha256(kept)
    if now != was:
        return Checked(reference, was, now, "changed", "The file was changed in the workspace: import the rows again.")
    if reference in data.names(store) and data.by_name(store, reference).fingerprint != was:
        return Checked(reference, was, now, "same", _OTHER_ROWS)
    return Checked(reference, was, now, "same")


def _kept(job: Job) -> str:
    """Where the rows lie that the job read: a data set in the plan of a training, a path in that of `generate`."""
    known = job.plan.get("data", "")
    return str(known["path"]) if isinstance(known, dict) else str(known)


def _model(reference: str, path: Path, was: str) -> Checked:
    try:
        now = weights_hash(path) if path.exists() else None
    except ModelError:  # an adapter whose base is gone
        now = None
    if now is None:
        return Checked(reference, was, None, "missing", "Its weights are gone: pull or train it again.")
    note = "" if now == was else "Other weights go by that name now: a repetition would start from those."
    return Checked(reference, was, now, "same" if now == was else "changed", note)


def _version(name: str, was: str) -> Checked:
    try:
        now = __version__ if name == "workbench" else version(name)
    except PackageNotFoundError:
        return Checked(name, was, None, "missing")
    return Checked(name, was, now, "same" if now == was else "changed")


def _verdict(inputs: tuple[Checked, ...], known: tuple[Checked, ...]) -> str:
    if not inputs and not known:
        return "Nothing was recorded of what it read: it never started."
    gone = [one.name for one in inputs if one.finding != "same"]
    if gone:
        verb = "is" if len(gone) == 1 else "are"
        return f"It cannot be repeated as it was: {' and '.join(gone)} changed or {verb} gone."
    moved = [f"{one.name} {one.was} is {one.now or 'gone'} now" for one in known if one.finding != "same"]
    if moved:
        return f"The same inputs, other versions: {', '.join(moved)}. The numbers may differ."
    return "The same inputs and versions: the same seed gives the same numbers."


def _repeated(store: Store, job: Job) -> Iterator[Repeated]:
    """Oldest first."""
    first = dict(jobs.metrics(store, job.id).get("loss", []))
    for other in reversed(jobs.recent(store, kinds=(job.kind,))):
        if other.plan.get(REPEATS) == job.id:
            losses = dict(jobs.metrics(store, other.id).get("loss", []))
            differences = [abs(first[step] - losses[step]) for step in first.keys() & losses.keys()]
            largest = max(differences, default=None)
            yield Repeated(other.id, other.state, len(differences), largest, _compared(largest, len(differences)))


def _compared(largest: float | None, steps: int) -> str:
    if largest is None:
        return "no losses to compare"
    if largest < SAME_LOSS:
        return f"the same losses to four decimals, at all {steps} steps"
    return f"the losses differ by up to {largest:.4f} over {steps} steps"
