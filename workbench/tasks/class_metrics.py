"""What a classification task is measured by beside its own metrics: F1, precision and recall, ECE and Brier score.

A task classifies where all of its items have the same choices. A class is named by its number among them, from 0, as
in `gold` and `answer`. Its probability is the share of its choice in the likelihoods of all choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from workbench import metrics
from workbench.metrics import calibration, f1
from workbench.store.runs import Answer

_SEED = 0


def classes(items: Iterable[tuple[tuple[str, ...], int | None]]) -> tuple[str, ...]:
    """The choices that all items share, if there are two at least and each item's gold answer is one; else empty.

    `items`: the choices of each, and the number of the gold one.
    """
    every = list(items)
    shared = {choices for choices, _ in every}
    if len(shared) != 1 or any(gold is None for _, gold in every):
        return ()
    (choices,) = shared
    return choices if len(choices) > 1 else ()


def class_metrics(answers: Sequence[Answer]) -> dict[str, dict[str, Any]]:
    """`f1_macro`, `precision_micro`, `f1[0]` ... `ece` and `brier`, as `aggregated` has them; empty without classes.

    The answers need their log-probabilities. `aggregation` is None: lm-eval has none of these.
    """
    if not classes((one.choices, one.gold) for one in answers):
        return {}
    gold = [one.gold for one in answers]
    families = (
        f1.samples(gold, [one.answer for one in answers]),
        calibration.samples([int(at) for at in gold if at is not None], _shares([one.logprobs for one in answers])),
    )
    found = {name: one for its in families for name, one in metrics.measured(its, _rng()).items()}
    better = {one.metric.name: one.metric.higher_is_better for its in families for one in its}
    return {name: {**_kept(one), "higher_is_better": better[name]} for name, one in found.items()}


def _rng() -> np.random.Generator:
    return np.random.default_rng(_SEED)


def _kept(one: metrics.Measured) -> Mapping[str, Any]:
    at = one.interval
    return {"value": at.estimate, "low": at.low, "high": at.high, "n": at.n, "reason": one.reason, "aggregation": None}


def _shares(logprobs: Sequence[Sequence[float]]) -> np.ndarray:
    """(items, choices), each row adding up to 1; alike where every choice is impossible."""
    values = np.array(logprobs, dtype=np.float64)
    highest = values.max(axis=1, keepdims=True)
    possible = np.isfinite(highest)
    weights = np.where(possible, np.exp(values - np.where(possible, highest, 0.0)), 1.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
