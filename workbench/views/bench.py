"""Benchmarks: runs with their intervals, the items of a run, and two runs compared item by item."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, log, nan
from typing import Any, Literal

from workbench.bias.probes import PREFIX
from workbench.errors import UsageError
from workbench.statistics.mean import Interval
from workbench.statistics.paired import Paired, paired_outcomes
from workbench.statistics.proportion import wilson
from workbench.store import Store, models, outcomes, runs
from workbench.store.outcomes import Outcome
from workbench.store.runs import Answer, Run

METRIC = "acc"
CLOSE = log(2)  # nats: the answer is less than twice as likely as the next choice
_RIGHT = 0.5  # an item's accuracy is 0 or 1

Part = Literal["all", "wrong", "close"]


@dataclass(frozen=True, slots=True)
class RunRow:
    """One finished or unfinished run. `accuracy` has a Wilson interval; None until the run is finished.

    Where a task has no accuracy, `accuracy` holds the value of its first metric: `metric` says which it is.
    `guess` is the accuracy of guessing: one over the number of choices, averaged over the items. `answered` of
    `items` have a response so far. `job` began the run.
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
    answered: int
    job: int | None

    @property
    def finished(self) -> bool:
        return self.accuracy is not None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a run as it was asked; `margin`: log-probability of the answer over the best other, in nats.

    `position` counts from 1. `question` is the context without the words that the task begins every item with.
    `correct` is None where an item is neither right nor wrong, as a translation or running text. `scores` maps metric
    to this item's value. `text` is what was written, None where nothing was asked for.
    """

    position: int
    item_id: int
    context: str
    choices: tuple[str, ...]
    logprobs: tuple[float, ...]
    gold: int | None
    answer: int | None
    correct: bool | None
    margin: float | None
    changed: bool
    question: str
    scores: dict[str, float]
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs on the same items, the first taken as the baseline; `flipped` are the items that changed sides.

    `flipped` shows them as the second answered. `verdict` says in words whether a difference can be seen.
    """

    first: RunRow
    second: RunRow
    n: int
    paired: Paired
    flipped: tuple[ItemRow, ...]
    verdict: str


def run_rows(store: Store, clean_only: bool = False, known: Sequence[RunRow] = ()) -> list[RunRow]:
    """The runs of benchmark tasks, newest first; those of bias probes have a view of their own.

    `known` are rows of an earlier look: a finished run never changes, so they are not counted again.
    """
    kept = {row.id: row for row in known if row.finished}
    names = runs.task_names(store)
    found = [run for run in runs.all_runs(store) if not names[run.task_id].startswith(PREFIX)]
    return [kept.get(run.id) or run_row(store, run) for run in found if not (clean_only and run.variant)]


def run_row(store: Store, run: Run) -> RunRow:
    task = runs.task(store, run.task_id)
    metric = main_metric(run, task.definition)
    done = outcomes.tally(store, run.id, metric, _RIGHT) if run.finished_at else None
    value = None if done is None else wilson(done.reached, done.n) if metric == METRIC else _stored(run, metric)
    return RunRow(
        run.id, models.by_id(store, run.model_id).name, task.name, task.version, variant_words(run.variant), run.items,
        metric, value, done.guess if done and metric == METRIC else None, run.created_at,
        done.n if done else outcomes.asked(store, run.id), run.job_id,
    )  # fmt: skip


def main_metric(run: Run, definition: dict[str, Any]) -> str:
    """Accuracy where the run has one, or has no metric yet; else the first that the task lists."""
    order = [METRIC, *(str(one["metric"]) for one in definition.get("metric_list") or [])]

    def place(name: str) -> tuple[int, str]:
        plain = name.partition(",")[0]  # after the comma stands a filter
        return order.index(plain) if plain in order else len(order), name

    return min(run.metrics, key=place, default=METRIC)


def _stored(run: Run, metric: str) -> Interval:
    """As the job measured it; JSON holds None for a NaN."""
    kept = run.metrics[metric]
    value, low, high = (nan if kept[key] is None else kept[key] for key in ("value", "low", "high"))
    return Interval(value, low, high, kept["n"])


def against_guess(row: RunRow) -> str:
    """In words, how the accuracy of a finished run stands to guessing."""
    if row.accuracy is None or row.guess is None:
        return "not measured yet" if row.accuracy is None else f"{row.metric} has no guess to stand against"
    if row.accuracy.low > row.guess:
        return "better than guessing"
    if row.accuracy.high < row.guess:
        return "worse than guessing"
    return f"no difference from guessing can be seen (n {row.accuracy.n})"


def item_rows(store: Store, run_id: int, items: Sequence[int] | None = None) -> list[ItemRow]:
    """The items of a run in the order of the data, `items` only these; UnknownName for a run that does not exist."""
    run = runs.by_id(store, run_id)
    definition = runs.task(store, run.task_id).definition
    lead, metric = _lead(definition), main_metric(run, definition)
    found = runs.answers(store, run_id, items)
    at = runs.positions(store, [answer.item_id for answer in found])
    return [_item(at[answer.item_id] + 1, answer, lead, metric) for answer in found]


def items_in_order(store: Store, run_id: int, items: Sequence[int]) -> list[ItemRow]:
    """These items of a run, in the order in which they are named."""
    by_id = {row.item_id: row for row in item_rows(store, run_id, items)}
    return [by_id[item] for item in items]


def part_of(store: Store, run_id: int, part: Part, words: Sequence[str]) -> list[int] | None:
    """The items of a run that are in a part and hold all the words; None for all there are.

    `close`: decided by less than CLOSE, the closest first. The others come in the order of the data.
    """
    if part == "all":
        return outcomes.holding(store, run_id, words) if words else None
    wrong = part == "wrong"
    found = outcomes.below(store, run_id, METRIC, _RIGHT) if wrong else outcomes.closest(store, run_id, CLOSE)
    held = set(outcomes.holding(store, run_id, words)) if words else None
    return found if held is None else [item for item in found if item in held]


def item_page(store: Store, run_id: int, found: Sequence[int] | None, start: int, stop: int) -> list[ItemRow]:
    """From the place `start` up to `stop`, which is left out, of what part_of found; nothing else is read."""
    if found is None:
        found = runs.item_ids(store, runs.by_id(store, run_id).task_id, start, stop - start)
        return item_rows(store, run_id, found)
    return items_in_order(store, run_id, found[start:stop])


def compare(store: Store, first_id: int, second_id: int) -> Comparison:
    """Paired by item. UsageError where the runs are not of the same version of a task, or not finished."""
    one, other = runs.by_id(store, first_id), runs.by_id(store, second_id)
    if one.task_id != other.task_id:
        named = " and ".join(_with_task(store, run) for run in (one, other))
        raise UsageError(f"Runs {named} are not on the same version of one task.")
    if not (one.finished_at and other.finished_at):
        raise UsageError("A run that is not finished cannot be compared.", "Resume its job first.")
    metric = _outcome_metric(store, one)
    before, after = by_item(store, first_id, metric), by_item(store, second_id, metric)
    shared = [item for item in before if item in after]
    sides = [(right(before[item].score), right(after[item].score)) for item in shared]
    paired = paired_outcomes([first for first, _ in sides], [second for _, second in sides])
    flipped = [item for item, (first, second) in zip(shared, sides, strict=True) if first != second]
    rows = (run_row(store, one), run_row(store, other))
    return Comparison(
        *rows, len(shared), paired, tuple(item_rows(store, second_id, flipped)), verdict(paired, len(shared))
    )


def _outcome_metric(store: Store, run: Run) -> str:
    """The metric by which an item is right or wrong. UsageError where there is none."""
    task = runs.task(store, run.task_id)
    metric = main_metric(run, task.definition)
    some = runs.answers(store, run.id, runs.item_ids(store, run.task_id, count=1))
    known = [name for name in (METRIC, metric) if all(one.scores.get(name) in (0, 1) for one in some)]
    if not known:
        raise UsageError(
            f"The items of {task.name} are neither right nor wrong: {metric} is not compared item by item."
        )
    return known[0]


def _with_task(store: Store, run: Run) -> str:
    task = runs.task(store, run.task_id)
    return f"{run.id} ({task.name} {task.version})"


def by_item(store: Store, run_id: int, metric: str = METRIC) -> dict[int, Outcome]:
    """Item id -> what it came to, in the order of the data."""
    return {one.item_id: one for one in outcomes.outcomes(store, run_id, metric)}


def verdict(paired: Paired, n: int) -> str:
    """In words, with n and what could have been seen."""
    if paired.p < 0.05:
        direction = "better" if paired.difference.estimate > 0 else "worse"
        return f"The second is {direction} (n {n}, p {paired.p:.3f})."
    return unseen(paired)


def unseen(paired: Paired) -> str:
    """The verdict where no difference can be seen, with the one that would have shown."""
    if isnan(paired.detectable):
        return f"Nothing can be said: {paired.reason}."
    needed = f"one of {paired.detectable:.1%} or more would have shown (80 % power)"
    return f"No difference can be seen with n {paired.n}: {needed}."


def variant_words(variant: dict[str, Any]) -> str:
    """`clean`, `keyboard-typos 0.02`, `keyboard-typos 0.02, seed 1`; keys that it does not know by their names."""
    if not variant:
        return "clean"
    rest = dict(variant)
    words = f"{rest.pop('perturbation', '')} {rest.pop('severity', '')}".strip()
    if rest.get("seed") == 0:
        del rest["seed"]  # the usual one
    others = [f"{key} {value if isinstance(value, str) else json.dumps(value)}" for key, value in rest.items()]
    return ", ".join([words, *others] if words else others)


def right(score: float) -> bool:
    """Whether the task counts an item of this accuracy as answered rightly."""
    return score >= _RIGHT


def _item(position: int, answer: Answer, lead: str, metric: str) -> ItemRow:
    return ItemRow(
        position, answer.item_id, answer.context, answer.choices, answer.logprobs, answer.gold, answer.answer,
        _correct(answer, metric), _margin(answer), answer.changed, answer.context.removeprefix(lead),
        answer.scores, answer.text,
    )  # fmt: skip


def _correct(answer: Answer, metric: str) -> bool | None:
    score = answer.scores.get(METRIC, answer.scores.get(metric))
    return right(score) if score in (0, 1) else None


def _lead(definition: dict[str, Any]) -> str:
    """What the template writes before its first variable; nothing where the text is made otherwise."""
    before, variable, _ = str(definition.get("doc_to_text", "")).partition("{{")
    return before if variable else ""


def _margin(answer: Answer) -> float | None:
    if len(answer.logprobs) < 2:
        return None
    best, second = sorted(answer.logprobs, reverse=True)[:2]
    return best - second
