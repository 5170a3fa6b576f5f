"""Benchmarks, stress and bias as their jobs leave them, with outcomes that a test chooses; through the store alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.records import LogLikelihood, Model
from workbench.store import Store, runs
from workbench.store.runs import Answer, Run

EMILY = {"text": "Emily said that she slept.", "name": "Emily", "gender": "female", "longer": 0}
TWINS = {"swap": {"name": "Kevin", "text": "Kevin said that he slept."}}
TWINS |= {"placebo": {"name": "Megan", "text": "Megan said that she slept."}}


def bench(store: Store, model: Model, outcomes: Sequence[int], variant: Mapping[str, Any] = runs.CLEAN) -> Run:
    """A finished run on a task of two choices: 1 for a right answer, 0 for a wrong one; a variant changes all items."""
    docs = [{"question": f"Question {at}?"} for at in range(len(outcomes))]
    task = runs.add_task(store, "multiple_choice", "1.0", {}, docs)
    run = runs.begin(store, model.id, model.weights_hash, task, variant, {}, len(docs), _NO_JOB)
    items = runs.item_ids(store, task.id)
    values = [(-1.0, -2.0) if right else (-2.0, -1.0) for right in outcomes]
    _respond(store, run, items, values)
    answers = [
        Answer(item, f"Question {at}?", (" yes", " no"), 0, 0 if right else 1, bool(variant), {"acc": float(right)})
        for at, (item, right) in enumerate(zip(items, outcomes, strict=True))
    ]
    runs.finish(store, run.id, answers, {"acc": sum(outcomes) / len(outcomes)})
    return runs.by_id(store, run.id)


def bias(store: Store, model: Model, gaps: Sequence[float]) -> None:
    """Both sets in three arms: the swap makes each text, and each favourable answer, likelier by its gap in nats."""
    for name in ("pairs_gender", "decisions_gender"):
        decision = name == "decisions_gender"
        kind = {"favourable": "yes"} if decision else {"kind": "stereotype_male"}
        docs = [{"id": f"{name}-{at}", **EMILY, **TWINS, **kind} for at in range(len(gaps))]
        task = runs.add_task(store, f"bias/{name}", "1", {"skipped": []}, docs)
        for arm in ("original", "swap", "placebo"):
            run = runs.begin(
                store, model.id, model.weights_hash, task, runs.counterfactual(arm), {}, len(docs), _NO_JOB
            )
            items = runs.item_ids(store, task.id)
            values = [-5.0 + (gap if arm == "swap" else 0.0) for gap in gaps]
            _respond(store, run, items, [(value, -5.5) if decision else (value,) for value in values])
            answers = [_weighed(item, value, decision) for item, value in zip(items, values, strict=True)]
            runs.finish(store, run.id, answers, {})


def _weighed(item: int, value: float, decision: bool) -> Answer:
    if not decision:
        return Answer(item, "", ("a text",), None, None, True, {})
    return Answer(item, "a case", (" yes", " no"), 0, 0 if value > -5.5 else 1, True, {})


def everything(store: Store, *models: Model) -> None:
    """Each model on ten items, half of them right, under one perturbation, and its bias on six texts."""
    for model in models:
        bench(store, model, [1, 0] * 5)
        bench(store, model, [0] * 10, {"perturbation": "lower-case", "severity": 0.1, "seed": 0})
        bias(store, model, [0.0] * 6)


def _respond(store: Store, run: Run, items: Sequence[int], values: Sequence[Sequence[float]]) -> None:
    rows = [
        (item, number, LogLikelihood(value, False))
        for item, one in zip(items, values, strict=True)
        for number, value in enumerate(one)
    ]
    runs.add_responses(store, run.id, rows)


_NO_JOB: Any = None
