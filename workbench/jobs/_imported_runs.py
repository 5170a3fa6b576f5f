"""A task's results from elsewhere as a run: what was asked and found of each item, its scores, the metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.data.lm_eval_results import Evaluated, Item
from workbench.jobs import _imported_answers
from workbench.jobs._context import JobContext
from workbench.records import Generated, LogLikelihood
from workbench.spec import canonical_json, content_hash, finite
from workbench.store import Store, runs
from workbench.store.runs import Answer, Run, Task
from workbench.tasks.aggregate import reported
from workbench.tasks.class_metrics import class_metrics
from workbench.tasks.main_metric import judging_metric

_COUNTED = "acc"  # whether an item was answered rightly


def keep(context: JobContext, one: Evaluated) -> Run:
    """The finished run; one that was imported before stays as it is."""
    store = context.store
    model = _imported_answers.model(context, one.model)
    task = _task(store, one)
    run = runs.begin(store, model.id, None, task, runs.CLEAN, _settings(one), len(one.items), context.job_id)
    if run.finished_at:
        return run
    items = runs.item_ids(store, task.id)
    runs.add_responses(store, run.id, _weighed(items, one))
    runs.add_texts(store, run.id, _written(items, one))
    counted = not one.config.get("process_results")  # what a task scores in Python is not simply right or wrong
    answers = [_answer(item, found, counted) for item, found in zip(items, one.items, strict=True)]
    measured = _measured(one, class_metrics(answers) if counted else {})
    runs.finish(store, run.id, answers, measured, judging_metric((each.scores for each in answers), one.config))
    return runs.by_id(store, run.id)


def _measured(one: Evaluated, of_classes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What was reported, and what a classification is measured by: computed anew where no item has a part in it."""
    values = [item.values for item in one.items]
    known = {name for each in values for name in each}
    its = {name: value for name, value in one.metrics.items() if name in known or name not in of_classes}
    return {**of_classes, **reported(its, values, one.config, one.higher_is_better)}


def _settings(one: Evaluated) -> dict[str, Any]:
    """How it was run, with the hash of what was imported: other results of the same model are another run."""
    said = one.said
    dtype = str(said.get("model_dtype", "unknown")).removeprefix("torch.")
    known = one.ours.get("settings") or {"engine": f"lm-eval {said.get('model', '')}".strip(), "dtype": dtype}
    digest = content_hash(canonical_json([one.sha256, finite(one.metrics)]))
    return {**known, "imported": {"sha256": digest, **finite(said)}}


def _task(store: Store, one: Evaluated) -> Task:
    """A version that the workspace has, of the same documents and prompts; else a new one."""
    docs = [finite(item.doc) for item in one.items]
    for task in runs.tasks_named(store, one.task):
        if [doc for _, doc in runs.docs(store, task.id)] == docs and _alike(store, task, one):
            return task
    return runs.add_task(store, one.task, one.version, one.config, docs)


def _alike(store: Store, task: Task, one: Evaluated) -> bool:
    """Defined alike, or asked alike word for word in a run on the items as they are."""
    if task.definition == finite(one.config):
        return True
    asked = [(item.arguments[0][0], _choices(item)) for item in one.items]
    clean = (run for run in runs.all_runs(store) if run.task_id == task.id and run.finished_at and not run.variant)
    return any([(each.context, each.choices) for each in runs.answers(store, run.id)] == asked for run in clean)


def _weighed(items: list[int], one: Evaluated) -> Iterator[tuple[int, int, LogLikelihood]]:
    for item, found in zip(items, one.items, strict=True):
        for number, response in enumerate(found.found):
            if isinstance(response, LogLikelihood):
                yield item, number, response


def _written(items: list[int], one: Evaluated) -> Iterator[tuple[int, int, Generated]]:
    """Nobody counted the tokens of these texts, or tells why they end."""
    for item, found in zip(items, one.items, strict=True):
        for number, response in enumerate(found.found):
            if isinstance(response, str):
                yield item, number, Generated(response, 0, "stop")


def _answer(item_id: int, item: Item, counted: bool) -> Answer:
    choices = _choices(item)
    weights = [one.logprob for one in item.found[: len(choices)] if isinstance(one, LogLikelihood)]
    chosen = weights.index(max(weights)) if weights else None
    gold = _gold(item, choices)
    scores = {name: float(value) for name, value in item.values.items() if isinstance(value, int | float)}
    if counted and chosen is not None and gold is not None:
        scores.setdefault(_COUNTED, float(chosen == gold))
    text = item.found[0] if isinstance(item.found[0], str) else None
    return Answer(
        item_id, str(item.arguments[0][0]), choices, gold, chosen, False, scores, tuple(weights), text, item.values
    )


def _choices(item: Item) -> tuple[str, ...]:
    """The continuations, or the contexts where these are what is chosen from; none of a text that is weighed alone.

    After the choices may stand each of them again, without its context.
    """
    if isinstance(item.found[0], str) or len(item.arguments[0]) == 1:
        return ()
    contexts, continuations = zip(*((one[0], one[1]) for one in item.arguments), strict=True)
    if len(contexts) > 1 and contexts[-1] == "" != contexts[0]:
        half = len(contexts) // 2
        return tuple(map(str, continuations[:half]))
    return tuple(map(str, contexts if len(set(contexts)) == len(contexts) > 1 else continuations))


def _gold(item: Item, choices: tuple[str, ...]) -> int | None:
    """The place of the right choice, which lm-eval gives as a number or by its words; None where there is none."""
    if len(choices) < 2:
        return None
    if item.target.isdecimal() and int(item.target) < len(choices):
        return int(item.target)
    words = [choice.strip() for choice in choices]
    return words.index(item.target.strip()) if item.target.strip() in words else None
