"""What a training gained and what it cost: its own numbers beside an old task, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Any, Literal

from workbench.errors import UsageError
from workbench.records import Model
from workbench.statistics.mean import Interval
from workbench.statistics.paired import Paired
from workbench.store import Store, jobs, models, runs
from workbench.store.runs import Run
from workbench.text import plural
from workbench.views.compare import compare, unseen

Finding = Literal["forgot", "better", "nothing seen", "not measured"]
REMEDY = "Mix a share of older rows into the data: workbench data mix --replay OLD=0.1"


@dataclass(frozen=True, slots=True)
class Gain:
    """A number of the training before and after; `on` says which rows it is of."""

    name: str
    before: float
    after: float
    on: str


@dataclass(frozen=True, slots=True)
class Forgetting:
    """A model against its parent on the old task, paired by item. `remedy` is empty unless something was forgotten.

    `difference` and `paired` are None until both are measured.
    """

    model: str
    parent: str
    task: str
    gains: tuple[Gain, ...]
    difference: Interval | None
    paired: Paired | None
    finding: Finding
    verdict: str
    remedy: str


def forgetting(store: Store, name: str) -> Forgetting | None:
    """None for a model that was not trained here, or trained without an old task."""
    model = models.by_name(store, name)
    asked = model.details.get("old_task")
    if not asked or model.parent_id is None:
        return None
    parent = models.by_id(store, model.parent_id)
    before, after = (_run(store, one, asked) for one in (parent, model))
    gains = _gains(store, model)
    if before is None or after is None:
        words = f"{asked['task']} is not measured yet of {parent.name if before is None else name}."
        return Forgetting(name, parent.name, asked["task"], gains, None, None, "not measured", words, "")
    try:
        paired = compare(store, before.id, after.id).paired
    except UsageError as error:  # its items are neither right nor wrong
        return Forgetting(name, parent.name, asked["task"], gains, None, None, "not measured", error.message, "")
    finding, words = _said(paired, asked["task"])
    remedy = REMEDY if finding == "forgot" else ""
    return Forgetting(
        name, parent.name, asked["task"], gains, paired.difference, paired, finding, words, remedy
    )  # fmt: skip


def lines(found: Forgetting) -> list[str]:
    """The gain, the cost, and the remedy, in words."""
    gained = [f"{one.name} {one.before:.4f} -> {one.after:.4f} {one.on}" for one in found.gains]
    return [f"gain: {line}" for line in gained] + [f"cost: {found.verdict}"] + ([found.remedy] if found.remedy else [])


def _run(store: Store, model: Model, asked: dict[str, Any]) -> Run | None:
    known = runs.finished(store, asked["task"], model.id)
    return next((run for run in known if run.items == asked["items"] and not run.variant), None)


def _gains(store: Store, model: Model) -> tuple[Gain, ...]:
    if model.job_id is None:
        return ()
    result = jobs.by_id(store, model.job_id).result
    if not result:
        return ()
    told = [(result["first_loss"], result["last_loss"], "from the first step to the last")]
    if looks := result.get("looks"):
        told.append((looks["first"], looks["best"], f"on {plural(looks['rows'], 'held-out row')}"))
    # A loss that was no number is None in a result.
    return tuple(Gain("loss", one, other, on) for one, other, on in told if one is not None and other is not None)


def _said(paired: Paired, task: str) -> tuple[Finding, str]:
    value = paired.difference
    if isnan(paired.p) or paired.p >= 0.05:
        return "nothing seen", f"{task}: {unseen(paired)}"
    points = f"{value.estimate:+.3f} [{value.low:+.3f}, {value.high:+.3f}]"
    if value.estimate < 0:
        return "forgot", f"{task}: it forgot, {points} (n {paired.n}, p {paired.p:.3f})."
    return "better", f"{task}: it got better, {points} (n {paired.n}, p {paired.p:.3f})."
