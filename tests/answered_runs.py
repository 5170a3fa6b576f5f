"""Runs written through the store alone: which items were right, which choice was given, which text was changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import given

from workbench.records import LogLikelihood, Model
from workbench.store import Store, models, runs
from workbench.store.runs import Answer, Run

CHOICES = (" a", " b", " c")
GOLD = 0
_NO_JOB: Any = None  # one that is queued would be taken up by the first screen that looks


def run(
    store: Store,
    answers: Sequence[int],
    variant: dict[str, Any] = runs.CLEAN,
    changed: Sequence[int] = (),
    model: str = "small",
    task: str = "a task",
    settings: dict[str, Any] = runs.CLEAN,
    lead: float = 1.0,
    text: str = "Q: question",
) -> Run:
    """A finished run: `answers` are numbers of choices (0 is right), `changed` are places in them (from 0).

    Every answer leads the other choices by `lead` nats. Item n is asked with the text `text n`.
    """
    begun = unfinished(store, len(answers), variant, model, task, settings)
    items = runs.item_ids(store, begun.task_id)[: len(answers)]
    for item, answer in zip(items, answers, strict=True):
        logprobs = [LogLikelihood(-1.0 if at == answer else -1.0 - lead, False) for at in range(len(CHOICES))]
        runs.add_responses(store, begun.id, [(item, at, one) for at, one in enumerate(logprobs)])
    rows = [
        Answer(item, f"{text} {at}", CHOICES, GOLD, answer, at in changed, {"acc": float(answer == GOLD)})
        for at, (item, answer) in enumerate(zip(items, answers, strict=True))
    ]
    runs.finish(store, begun.id, rows, {"acc": sum(row.scores["acc"] for row in rows) / max(1, len(rows))})
    return runs.by_id(store, begun.id)


def asked(store: Store, model: str) -> Model:
    """The model of that name."""
    return models.find(store, model) or given.model(store, model)


def unfinished(
    store: Store,
    items: int,
    variant: dict[str, Any] = runs.CLEAN,
    model: str = "small",
    task: str = "a task",
    settings: dict[str, Any] = runs.CLEAN,
) -> Run:
    """A run that nothing has been answered in."""
    docs = [{"question": f"question {at}"} for at in range(12)]
    stored = runs.add_task(store, task, "1", {"task": task, "doc_to_text": "Q: {{question}}"}, docs)
    return runs.begin(store, asked(store, model).id, "w", stored, variant, settings, items, _NO_JOB)


def scored(
    store: Store,
    scores: Sequence[float],
    metric: str = "acc",
    variant: dict[str, Any] = runs.CLEAN,
    changed: Sequence[int] = (),
    model: str = "small",
    higher_is_better: bool = True,
    finished: bool = True,
    aggregation: str = "mean",
) -> Run:
    """A run whose items have these scores, measured as jobs do: the mean, here with bounds .1 beside it."""
    task = f"by {metric}"
    listed = [{"metric": metric, "aggregation": aggregation}]
    docs = [{"question": f"question {at}"} for at in range(len(scores))]
    stored = runs.add_task(store, task, "1", {"task": task, "metric_list": listed}, docs)
    begun = runs.begin(store, asked(store, model).id, "w", stored, variant, {}, len(scores), _NO_JOB)
    rows = [
        Answer(item, f"question {at}", CHOICES, GOLD, GOLD, at in changed, {metric: score})
        for at, (item, score) in enumerate(zip(runs.item_ids(store, stored.id), scores, strict=True))
    ]
    runs.add_answers(store, begun.id, rows, metric)
    if finished:
        value = sum(scores) / len(scores)
        kept = {"value": value, "low": value - 0.1, "high": value + 0.1, "n": len(scores), "reason": None}
        runs.finish(
            store, begun.id, [], {metric: {**kept, "higher_is_better": higher_is_better, "aggregation": aggregation}}
        )
    return runs.by_id(store, begun.id)
