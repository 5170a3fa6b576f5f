"""Two runs of one task compared item by item: the difference, whether it can be seen, and the items that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Any, Literal

from workbench.errors import UsageError
from workbench.statistics.mean import Interval
from workbench.statistics.paired import Paired, paired_counts
from workbench.store import Store, outcomes, runs
from workbench.store.runs import Run
from workbench.views.baselines import Baseline, baselines
from workbench.views.bench import RunRow, run_row, variant_words
from workbench.views.signs import seen

Test = Literal["exact McNemar", "paired bootstrap", "not paired"]
LEAST = 10  # items from which on a bootstrap says anything
_COMPUTED = ("dtype", "device", "scoring")  # settings that may move a log-probability by more than rounding
_PROMPT = {
    "num_fewshot": "number of examples", "fewshot_seed": "seed of the examples", "chat_template": "chat template",
    "doc_to_text": "prompt", "doc_to_choice": "choices", "doc_to_target": "gold answer", "description": "description",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs on the same items, the first taken as the baseline.

    `paired` is of `metric`, and its p of `test`; NaN where there is none, as where a task sums up in its own way.
    `flipped` are the items with another score of their own, which `paired` counts as gained and lost: where all are
    right or wrong, those that changed sides. `verdict` says in words whether a difference can be seen, `warnings` what
    else differs between the runs, each in one sentence. `baselines`: guessing and, on classification, a classifier
    that counts words.
    """

    first: RunRow
    second: RunRow
    n: int
    metric: str
    test: Test
    paired: Paired
    flipped: tuple[int, ...]
    verdict: str
    warnings: tuple[str, ...]
    baselines: tuple[Baseline, ...] = ()

    @property
    def better(self) -> bool | None:
        """Whether the second is, by the value alone; None where they are equal or the difference is not known."""
        return better(self.paired, self.first.higher_is_better)


def compare(store: Store, first_id: int, second_id: int) -> Comparison:
    """Paired by item. UsageError where the runs are not finished, or were not asked the same."""
    one, other = runs.by_id(store, first_id), runs.by_id(store, second_id)
    reason = refusal(store, one, other)
    if reason:
        raise UsageError(reason)
    if not (one.finished_at and other.finished_at):
        raise UsageError("A run that is not finished cannot be compared.", "Resume its job first.")
    first, second = run_row(store, one), run_row(store, other)
    test, paired = pair(store, first, second)
    flipped = tuple(outcomes.flipped(store, first_id, second_id))
    found = Comparison(
        first, second, paired.n, first.metric, test, paired, flipped, "", tuple(_warnings(store, one, other)),
        tuple(baselines(store, first, second)),
    )  # fmt: skip
    return replace(found, verdict=verdict(found, paired.p))


def better(paired: Paired, higher_is_better: bool) -> bool | None:
    """Whether the second value is the better one; None where they are equal or the difference is not known."""
    change = paired.difference.estimate
    return None if isnan(change) or change == 0 else (change > 0) == higher_is_better


def refusal(store: Store, one: Run, other: Run) -> str | None:
    """Why the two would not be compared like with like, in one sentence; None where they can be."""
    if one.task_id != other.task_id:
        named = " and ".join(_with_task(store, run) for run in (one, other))
        told = f"are not on the same version of one task{_difference(store, one, other)}"
        return f"Runs {named} {told}.{_again(store, one, other)}"
    if one.variant != other.variant or "chat_template" in runs.task(store, one.task_id).definition:
        return None  # the prompts differ on purpose
    differing = runs.differing_prompts(store, one.id, other.id)
    asked = f"{differing} of {one.items} items were sent in other words or with other choices"
    return f"Runs {one.id} and {other.id} were not asked the same: {asked}." if differing else None


def verdict(found: Comparison, p: float, adjusted: str = "") -> str:
    """In words, with n and what could have been seen; `adjusted` says for what p is: ` after Holm`."""
    if seen(found.paired, p):
        return f"The second is {'better' if found.better else 'worse'} (n {found.n}, p {p:.3f}{adjusted})."
    if found.test == "not paired":
        return (
            f"Nothing can be said: {found.metric} is summed up over all items in the task's own way,"
            f" {found.first.aggregation}, which is not drawn anew here: the two runs are not paired by it."
        )
    return unseen(found.paired, found.metric)


def unseen(paired: Paired, metric: str = "the metric") -> str:
    """The verdict where no difference can be seen, with the one that would have shown."""
    if isnan(paired.p) and paired.n >= LEAST:
        return f"Nothing can be said: {metric} has no value in too many of the samples drawn, or none by sums."
    if isnan(paired.detectable):
        return f"Nothing can be said: {paired.reason}."
    share = abs(paired.first) <= 1 and abs(paired.second) <= 1
    least = f"{paired.detectable:.3f}" if share else f"{paired.detectable:.2f}"
    return f"No difference can be seen with n {paired.n}: one of {least} or more would have shown (80 % power)."


def pair(store: Store, first: RunRow, second: RunRow, only: Collection[int] | None = None) -> tuple[Test, Paired]:
    """McNemar's where the metric is a share of right items, else the bootstrap of what its aggregation takes.

    A task's own aggregation is not drawn: `not paired`, with the difference alone. `only`: of these items. UsageError
    where what the metric takes from an item was not kept, and where it has no value for some items alone.
    """
    items = outcomes.crossed(store, first.id, second.id, only)
    if first.itemwise and first.binary and second.binary:
        return "exact McNemar", paired_counts(items.n, items.first, items.gained, items.lost)
    from workbench.tasks.paired import paired_parts  # brings numpy

    before, after = runs.parts(store, first.id), runs.parts(store, second.id)
    shared = [item for item in before if item in after and (only is None or item in only)]
    sides = [[kept[item].get(first.metric) for item in shared] for kept in (before, after)]
    if first.aggregation is None or any(part is None for side in sides for part in side):
        raise UsageError(
            f"What {first.metric} takes from each item of {first.task} was not kept, so nothing can be paired.",
            "Runs of an older version lack it: run the task again.",
        )
    found = paired_parts(first.aggregation, *sides)
    if found is None and only is not None:
        raise UsageError(f"{first.metric} of {first.task} is known of all items together, and of no part of them.")
    test: Test = "paired bootstrap" if found else "not paired"
    found = found or _undefined(first, second, len(shared))
    return test, replace(found, gained=items.gained, lost=items.lost)


def _undefined(first: RunRow, second: RunRow, n: int) -> Paired:
    """Two values of which nothing but the difference is known."""
    one, other = (row.accuracy.estimate if row.accuracy else nan for row in (first, second))
    return Paired(Interval(other - one, nan, nan, n), one, other, 0, 0, nan, nan)


def _warnings(store: Store, one: Run, other: Run) -> Iterator[str]:
    for name in _COMPUTED:
        before, after = one.settings.get(name), other.settings.get(name)
        if before != after:
            words = " and ".join("unknown" if value is None else str(value) for value in (before, after))
            yield f"They were computed differently: {name} {words}."
    if one.variant != other.variant:
        yield f"They are variants of the same items: {variant_words(one.variant)} and {variant_words(other.variant)}."
    elif "chat_template" in runs.task(store, one.task_id).definition:
        differing = runs.differing_prompts(store, one.id, other.id)
        if differing:
            yield f"Each was asked in its own chat template: {differing} of {one.items} prompts differ."


def _difference(store: Store, one: Run, other: Run) -> str:
    """What sets two versions of a task apart; empty for two tasks."""
    before, after = (runs.task(store, run.task_id) for run in (one, other))
    if before.name != after.name:
        return ""
    keys = [key for key in {**before.definition, **after.definition}
            if before.definition.get(key) != after.definition.get(key)]  # fmt: skip
    named = [_told(_PROMPT.get(key, key), before.definition.get(key), after.definition.get(key)) for key in keys]
    items = "" if one.items == other.items else f" ({one.items} and {other.items})"
    return f": {'; '.join(named)} differ{'' if len(named) > 1 else 's'}" if named else f": their items differ{items}"


def _again(store: Store, one: Run, other: Run) -> str:
    """What may help where one of two runs on the same documents was imported before the other was there."""
    imported = [run for run in (one, other) if "imported" in run.settings]
    before, after = (runs.task(store, run.task_id) for run in (one, other))
    if len(imported) != 1 or before.name != after.name:
        return ""
    documents = [[doc for _, doc in runs.docs(store, run.task_id)] for run in (one, other)]
    again = f" Import the results of run {imported[0].id} again: they then stand beside a run of the same prompts."
    return again if documents[0] == documents[1] else ""


def _told(name: str, before: Any, after: Any) -> str:
    """`number of examples (0 and 5)`; long values by their name only."""
    short = all(value is None or isinstance(value, bool | int) for value in (before, after))
    words = ["none" if value is None else str(value) for value in (before, after)]
    return f"{name} ({' and '.join(words)})" if short else name


def _with_task(store: Store, run: Run) -> str:
    task = runs.task(store, run.task_id)
    return f"{run.id} ({task.name} {task.version})"
