"""Benchmarks: runs with their intervals, and the items of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from math import log, nan
from typing import Any, Literal

from workbench.bias.probes import PREFIX
from workbench.statistics.mean import Interval, mean_interval
from workbench.statistics.proportion import wilson
from workbench.store import Store, contamination, models, outcomes, runs
from workbench.store.outcomes import Outcome, Tally
from workbench.store.runs import Answer, Run
from workbench.tasks.main_metric import METRIC, declared, main_metric

CLOSE = log(2)  # nats: the answer is less than twice as likely as the next choice
_MEANS = ("mean", "nanmean")  # lm-eval's names
_LOOKED_AT = 9  # items, over the whole run, whose beginnings are laid beside each other
_NOTHING: dict[str, Any] = {"value": None, "low": None, "high": None, "n": 0}

Part = Literal["all", "wrong", "close", "flipped"]


@dataclass(frozen=True, slots=True)
class RunRow:
    """One finished or unfinished run. `accuracy` is as its job measured it; None until the run is finished.

    Where a task has no accuracy, `accuracy` holds the value of its first metric: `metric` says which it is.
    `guess` is the accuracy of guessing: one over the number of choices, averaged over the items; None where an item
    may be half right. `answered` of `items` are scored so far, and `so_far` is their mean, where the metric is one:
    not that of a sample, since short items come first. `job` began the run. `contaminated`: items found in what the
    model was trained on, None where that is not known. `itemwise`: the metric is the mean of its items' scores;
    `aggregation` is lm-eval's name of what it is otherwise. `binary`: every item answered so far is right or wrong.
    `task_id` is one version of the task with its items; `asked` says how it was asked where that is not plain:
    `5-shot, chat template`. `choices`: whether any item had several to choose from.
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
    so_far: Interval | None = None
    contaminated: int | None = None
    aggregation: str | None = None
    itemwise: bool = True
    higher_is_better: bool = True
    binary: bool = True
    task_id: int = 0
    asked: str = ""
    choices: bool = True

    @property
    def finished(self) -> bool:
        return self.accuracy is not None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a run as it was asked; `margin`: log-probability of the answer over the best other, in nats.

    `position` counts from 1. `question` is the context without examples and the words that begin every item.
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


def run_rows(store: Store, clean_only: bool = False, known: Sequence[RunRow] = ()) -> list[RunRow]:
    """The runs of benchmark tasks, newest first; those of bias probes have a view of their own.

    `known` are rows of an earlier look: the answers of a finished run never change, so they are not counted again.
    """
    kept = {row.id: row for row in known if row.finished}
    names = runs.task_names(store)
    found = [run for run in runs.all_runs(store) if not names[run.task_id].startswith(PREFIX)]
    return [
        _as_known(store, run, kept[run.id]) if run.id in kept else run_row(store, run)
        for run in found if not (clean_only and run.variant)
    ]  # fmt: skip


def _as_known(store: Store, run: Run, row: RunRow) -> RunRow:
    """The row of an earlier look; a job looks for the items in the training data once the run is finished."""
    if row.contaminated is not None:
        return row
    seen = contamination.items(store, run)
    return row if seen is None else replace(row, contaminated=seen)


def run_row(store: Store, run: Run) -> RunRow:
    task = runs.task(store, run.task_id)
    judged_by = outcomes.scored_by(store, run.id)
    metric = main_metric(run.metrics or declared(task.definition) or judged_by, task.definition)
    done = outcomes.tally(store, run.id)
    value = _value(run, metric, done) if run.finished_at else None
    judged = main_metric(judged_by, task.definition).partition(",")[0] == metric
    so_far = _so_far(done, _is_mean(metric, task.definition)) if judged and not run.finished_at else None
    kept = run.metrics.get(metric)
    said: dict[str, Any] = kept if isinstance(kept, dict) else {}
    return RunRow(
        run.id, models.by_id(store, run.model_id).name, task.name, task.version, variant_words(run.variant), run.items,
        metric, value, done.guess if value and metric == METRIC and done.binary else None, run.created_at, done.n,
        run.job_id, so_far, contamination.items(store, run), said.get("aggregation"),
        metric == METRIC or said.get("aggregation") in _MEANS, said.get("higher_is_better", True), done.binary,
        run.task_id, asked_words(task.definition), done.guess is not None,
    )  # fmt: skip


def _value(run: Run, metric: str, done: Tally) -> Interval:
    """As the job measured it; JSON holds None for a NaN. Without any items there is no metric."""
    kept = run.metrics.get(metric, _NOTHING)
    if not isinstance(kept, dict):  # runs of the first version keep a bare number
        share = metric == METRIC and done.binary
        return wilson(int(done.total), done.n) if share else Interval(kept, nan, nan, done.n)
    value, low, high = (nan if kept[key] is None else kept[key] for key in ("value", "low", "high"))
    return Interval(value, low, high, kept["n"])


def _so_far(done: Tally, is_mean: bool) -> Interval | None:
    """The mean of the items that are scored; None where the metric is none, or before the first."""
    if not (is_mean and done.scored):
        return None
    return wilson(int(done.total), done.n) if done.binary else mean_interval(done.scored, done.total, done.squares)


def _is_mean(metric: str, definition: Mapping[str, Any]) -> bool:
    """Whether a metric of a task is the mean of its items' scores, as far as its definition says so."""
    listed = definition.get("metric_list") or []
    kinds = {str(one["metric"]): one.get("aggregation") for one in listed}
    return metric == METRIC or kinds.get(metric.partition(",")[0]) in _MEANS


def asked_words(definition: Mapping[str, Any]) -> str:
    """How a task was asked, where that is not plain: `5-shot, chat template`."""
    shots = definition.get("num_fewshot")
    words = [f"{shots}-shot"] if shots else []
    return ", ".join([*words, "chat template"] if definition.get("chat_template") else words)


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
    """The items of a run in the order of the data, `items` only these; UnknownNumber for a run that does not exist."""
    run = runs.by_id(store, run_id)
    definition = runs.task(store, run.task_id).definition
    leads, metric = (_shared(store, run_id), _lead(definition)), main_metric(run.metrics, definition)
    found = runs.answers(store, run_id, items)
    at = runs.positions(store, [answer.item_id for answer in found])
    asked = [_without_examples(answer.context, definition) for answer in found]
    return [_item(at[one.item_id] + 1, one, words, leads, metric) for one, words in zip(found, asked, strict=True)]


def items_in_order(store: Store, run_id: int, items: Sequence[int]) -> list[ItemRow]:
    """These items of a run, in the order in which they are named."""
    by_id = {row.item_id: row for row in item_rows(store, run_id, items)}
    return [by_id[item] for item in items]


def part_of(
    store: Store, run_id: int, part: Part, words: Sequence[str], against: int | None = None
) -> list[int] | None:
    """The items of a run that are in a part and hold all the words; None for all there are.

    `wrong`: none where an item may be half right. `close`: decided by less than CLOSE, the closest first; `flipped`:
    with another score in the run `against`. The others come in the order of the data. Of an unfinished run there are
    the items that are scored.
    """
    if part == "all" and not words:
        return None if runs.by_id(store, run_id).finished_at else outcomes.items(store, run_id)
    if part == "all":
        return outcomes.holding(store, run_id, words)
    found = _part(store, run_id, part, against)
    held = set(outcomes.holding(store, run_id, words)) if words else None
    return found if held is None else [item for item in found if item in held]


def _part(store: Store, run_id: int, part: Part, against: int | None) -> list[int]:
    if part == "wrong":
        return outcomes.wrong(store, run_id)
    if part == "flipped":
        return [] if against is None else outcomes.flipped(store, against, run_id)
    return outcomes.closest(store, run_id, CLOSE)


def beside(store: Store, run_id: int) -> list[RunRow]:
    """The finished runs of the same items by others, or in other variants: newest first."""
    task = runs.by_id(store, run_id).task_id
    same = [run for run in runs.all_runs(store) if run.task_id == task and run.finished_at and run.id != run_id]
    return [run_row(store, run) for run in same]


def item_page(store: Store, run_id: int, found: Sequence[int] | None, start: int, stop: int) -> list[ItemRow]:
    """From the place `start` up to `stop`, which is left out, of what part_of found; nothing else is read."""
    if found is None:
        found = runs.item_ids(store, runs.by_id(store, run_id).task_id, start, stop - start)
        return item_rows(store, run_id, found)
    return items_in_order(store, run_id, found[start:stop])


def by_item(store: Store, run_id: int) -> dict[int, Outcome]:
    """Item id -> what it came to, in the order of the data."""
    return {one.item_id: one for one in outcomes.outcomes(store, run_id)}


def given(store: Store, run_id: int) -> dict[int, int | str | None]:
    """Item id -> the choice that was answered or, where there are none, what was written; None: neither."""
    written = {item: one.text for (item, number), one in runs.texts(store, run_id).items() if number == 0}
    return {one.item_id: one.answer if one.answer is not None else written.get(one.item_id)
            for one in outcomes.outcomes(store, run_id)}  # fmt: skip


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


def is_right(score: float | None) -> bool | None:
    """Whether an item of this score was answered rightly; None where it is neither right nor wrong."""
    return bool(score) if score in (0, 1) else None


def _without_examples(context: str, definition: Mapping[str, Any]) -> str:
    """The question at the end of a prompt: of its parts, between lm-eval's delimiters, as many as an example has.

    Where they are not the same for all, the last part.
    """
    shots = int(definition.get("num_fewshot") or 0)
    if not shots:
        return context
    delimiter = str(definition.get("fewshot_delimiter") or "\n\n")
    parts = context.split(delimiter)
    each, left = divmod(len(parts), shots + 1)
    return delimiter.join(parts[-1:] if left else parts[-each:])


def _item(position: int, answer: Answer, question: str, leads: Sequence[str], metric: str) -> ItemRow:
    for lead in leads:
        question = question.removeprefix(lead)
    return ItemRow(
        position, answer.item_id, answer.context, answer.choices, answer.logprobs, answer.gold, answer.answer,
        _correct(answer, metric), _margin(answer), answer.changed, question,
        answer.scores, answer.text,
    )  # fmt: skip


def _correct(answer: Answer, metric: str) -> bool | None:
    return is_right(answer.scores.get(METRIC, answer.scores.get(metric)))


def _shared(store: Store, run_id: int) -> str:
    """The lines with which every item of a run begins: a system prompt, a description, examples. Never the last one."""
    some = [text.splitlines(keepends=True)[:-1] for text in runs.some_contexts(store, run_id, _LOOKED_AT)]
    alike = takewhile(lambda lines: len(set(lines)) == 1, zip(*some, strict=False)) if len(some) > 1 else ()
    return "".join(lines[0] for lines in alike)


def _lead(definition: dict[str, Any]) -> str:
    """What the template writes before its first variable; nothing where the text is made otherwise."""
    before, variable, _ = str(definition.get("doc_to_text", "")).partition("{{")
    return before if variable else ""


def _margin(answer: Answer) -> float | None:
    if len(answer.logprobs) < 2:
        return None
    best, second = sorted(answer.logprobs, reverse=True)[:2]
    return best - second
