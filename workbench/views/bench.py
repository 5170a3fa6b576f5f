"""Benchmarks: runs with their intervals, the items of a run, and two runs compared item by item."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from workbench.errors import UsageError
from workbench.statistics.mean import Interval
from workbench.statistics.paired import Paired, paired_outcomes
from workbench.statistics.proportion import wilson
from workbench.store import Store, models, runs
from workbench.store.runs import Answer, Run


@dataclass(frozen=True, slots=True)
class RunRow:
    """One finished or unfinished run. `accuracy` has a Wilson interval; None until the run is finished.

    `guess` is the accuracy of guessing: one over the number of choices, averaged over the items.
    """

    id: int
    model: str
    task: str
    version: str
    variant: str
    items: int
    metric: str
    accuracy: Interval | None
    guess: float | None
    created_at: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a run as it was asked; `margin`: log-probability of the answer over the best other, in nats."""

    position: int
    item_id: int
    context: str
    choices: tuple[str, ...]
    logprobs: tuple[float, ...]
    gold: int | None
    answer: int | None
    correct: bool
    margin: float | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs on the same items, the first taken as the baseline; `flipped` are the items that changed sides.

    `verdict` says in words whether a difference can be seen.
    """

    first: RunRow
    second: RunRow
    n: int
    paired: Paired
    flipped: tuple[ItemRow, ...]
    verdict: str


def run_rows(store: Store, clean_only: bool = False) -> list[RunRow]:
    """Newest first."""
    return [run_row(store, run) for run in runs.all_runs(store) if not (clean_only and run.variant)]


def run_row(store: Store, run: Run) -> RunRow:
    task = runs.task(store, run.task_id)
    answers = runs.answers(store, run.id) if run.finished_at else []
    right = sum(correct(answer) for answer in answers)
    return RunRow(
        run.id, models.by_id(store, run.model_id).name, task.name, task.version, variant_words(run.variant), run.items,
        "acc", wilson(right, len(answers)) if answers else None, _guess(answers), run.created_at,
    )  # fmt: skip


def item_rows(store: Store, run_id: int) -> list[ItemRow]:
    """The items of a run in the order of the data; UnknownName for a run that does not exist."""
    runs.by_id(store, run_id)
    return [_item(position, answer) for position, answer in enumerate(runs.answers(store, run_id), 1)]


def compare(store: Store, first_id: int, second_id: int) -> Comparison:
    """Paired by item. UsageError where the runs are not of the same version of a task, or not finished."""
    first, second = runs.by_id(store, first_id), runs.by_id(store, second_id)
    if first.task_id != second.task_id:
        raise UsageError(f"Runs {first_id} and {second_id} are not on the same version of one task.")
    if not (first.finished_at and second.finished_at):
        raise UsageError("A run that is not finished cannot be compared.", "Resume its job first.")
    before = {answer.item_id: answer for answer in runs.answers(store, first_id)}
    after = {answer.item_id: answer for answer in runs.answers(store, second_id)}
    shared = [item for item in before if item in after]
    paired = paired_outcomes(
        [float(correct(before[item])) for item in shared], [float(correct(after[item])) for item in shared]
    )
    flipped = [
        _item(at, after[item]) for at, item in enumerate(shared, 1) if correct(before[item]) != correct(after[item])
    ]
    rows = (run_row(store, first), run_row(store, second))
    return Comparison(*rows, len(shared), paired, tuple(flipped), verdict(paired, len(shared)))


def verdict(paired: Paired, n: int) -> str:
    """In words, with n and what could have been seen."""
    if paired.p < 0.05:
        direction = "better" if paired.difference.estimate > 0 else "worse"
        return f"The second is {direction} (n {n}, p {paired.p:.3f})."
    return (
        f"No difference can be seen with n {n}: one of {paired.detectable:.1%} or more would have shown (80 % power)."
    )


def variant_words(variant: dict[str, Any]) -> str:
    """`clean`, or `keyboard-typos .02`."""
    if not variant:
        return "clean"
    severity = variant.get("severity")
    return f"{variant.get('perturbation', json.dumps(variant))}{'' if severity is None else f' {severity:g}'}"


def correct(answer: Answer) -> bool:
    """Whether the task counts the answer as right (accuracy of the item)."""
    return answer.scores.get("acc", 0.0) >= 0.5


def _item(position: int, answer: Answer) -> ItemRow:
    return ItemRow(
        position, answer.item_id, answer.context, answer.choices, answer.logprobs, answer.gold, answer.answer,
        correct(answer), _margin(answer), answer.changed,
    )  # fmt: skip


def _margin(answer: Answer) -> float | None:
    if len(answer.logprobs) < 2:
        return None
    best, second = sorted(answer.logprobs, reverse=True)[:2]
    return best - second


def _guess(answers: list[Answer]) -> float | None:
    counted = [1 / len(answer.choices) for answer in answers if answer.choices]
    return sum(counted) / len(counted) if counted else None
