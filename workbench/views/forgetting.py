"""What a training gained and what it cost: its own numbers beside an old task, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.errors import UsageError
from workbench.records import Job, Model
from workbench.statistics.mean import Interval
from workbench.statistics.paired import Paired
from workbench.store import Store, data, jobs, models
from workbench.text import plural
from workbench.views.compare import Comparison, compare, unseen
from workbench.views.signs import seen

Finding = Literal["forgot", "better", "nothing seen", "not measured"]
_REMEDY = "Mix older rows in and train again: workbench data mix {new} --replay {old}=0.1"
_GENERAL = {"preferences": "preferences", "alpaca": "instructions", "completions": "instructions"}  # bundled, by layout


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
    before, after = (jobs.by_id(store, asked[side]) for side in ("before", "after"))
    gains = _gains(store, model)
    lacking = _lacking(asked["task"], {parent.name: before, name: after})
    if lacking is not None:
        return Forgetting(name, parent.name, asked["task"], gains, None, None, "not measured", lacking, "")
    try:
        found = compare(store, before.result["run"], after.result["run"])
    except UsageError as error:
        return Forgetting(name, parent.name, asked["task"], gains, None, None, "not measured", error.message, "")
    finding, words = _said(found, asked["task"])
    remedy = _remedy(store, model, parent) if finding == "forgot" else ""
    return Forgetting(
        name, parent.name, asked["task"], gains, found.paired.difference, found.paired, finding, words, remedy
    )  # fmt: skip


def lines(found: Forgetting) -> list[str]:
    """The gain, the cost, and the remedy, in words."""
    gained = [f"{one.name} {one.before:.4f} -> {one.after:.4f} {one.on}" for one in found.gains]
    return [f"gain: {line}" for line in gained] + [f"cost: {found.verdict}"] + ([found.remedy] if found.remedy else [])


def _lacking(task: str, measuring: dict[str, Job]) -> str | None:
    """Which of the models has no number yet, and why; None once both have one."""
    for name, job in measuring.items():
        if job.state != "done":
            how = f"; go on with: workbench jobs resume {job.id}" if job.ended else ""
            return f"{task} is not measured of {name}: job {job.id} is {job.state}{how}."
    return None


def _remedy(store: Store, model: Model, parent: Model) -> str:
    """A command that mixes the parent's own rows in, or for a model from outside bundled ones of the same layout."""
    layouts = {one.name: one.layout for one in data.all_sets(store)}  # a set may be gone by now
    new, old = (one.details.get("data", {}).get("name") for one in (model, parent))
    if old == new or old not in layouts or layouts[old] != layouts.get(new):
        old = _GENERAL.get(layouts.get(new, ""), "OLD")
    return _REMEDY.format(new=new, old=old)


def _gains(store: Store, model: Model) -> tuple[Gain, ...]:
    if model.job_id is None:
        return ()
    result = jobs.by_id(store, model.job_id).result
    if not result:
        return ()
    told = []
    if not result.get("unseen"):  # each step has rows of its own, and those that nobody trained on say more
        told = [(result["first_loss"], result["last_loss"], "from the first step to the last")]
    if looks := result.get("looks"):
        told.append((looks["first"], looks["best"], f"on {plural(looks['rows'], 'held-out row')}"))
    # A loss that was no number is None in a result.
    return tuple(Gain("loss", one, other, on) for one, other, on in told if one is not None and other is not None)


def _said(found: Comparison, task: str) -> tuple[Finding, str]:
    """Better and worse are those of the task's metric: perplexity is better where it falls."""
    paired, value = found.paired, found.paired.difference
    if not seen(paired, paired.p):
        return "nothing seen", f"{task}: {unseen(paired)}"
    points = f"{value.estimate:+.3f} [{value.low:+.3f}, {value.high:+.3f}] {found.metric}"
    finding: Finding = "better" if found.better else "forgot"
    words = "it got better" if found.better else "it forgot"
    return finding, f"{task}: {words}, {points} (n {paired.n}, p {paired.p:.3f})."
