"""Log-likelihoods of `smollm2` in float32 against lm-eval's HF backend: 100 requests that meet every edge,
and three public data sets with their metrics.

    WORKBENCH_FIELD_DATA=FOLDER python tests/benchmarks/parity_loglikelihood.py [--rows 300]

Pulls the model if it is missing. Prints the largest differences; exits 1 if one of a request exceeds 1e-3 nats,
one of a rolling text 1e-4 nats a token, or the two disagree about what is greedy or about a metric.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import field_tasks
from lm_eval_parity import (
    CONTEXTS,
    REQUESTS,
    Parity,
    ask_lm_eval,
    ask_model,
    compare,
    compare_rolling,
    lm_eval_backend,
    parity,
)

from workbench.models import catalog, hf
from workbench.models.hf import HFModel
from workbench.models.machine import Settings
from workbench.workspace import model_cache

TOLERANCE = 1e-3
ROLLING_TOLERANCE = 1e-4
SHORT = 128  # tokens: forces left truncation and several rolling windows
TASKS: dict[str, Callable[[], list[field_tasks.Item]]] = {
    "OpenBookQA": field_tasks.openbookqa,
    "PIQA": field_tasks.piqa,
    "BoolQ": field_tasks.boolq,
}


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=300, help="the first rows of each data set")
    rows = options.parse_args().rows
    model = hf.load(catalog.pull("smollm2", model_cache(), lambda done, total, what: None), Settings())
    print(f"scored over: {model.scoring}")
    same = [_edges(model, model.max_length), _edges(model, SHORT), _rolling(model)]
    same += [_task(model, name, made()[:rows]) for name, made in TASKS.items()]
    return 0 if all(same) else 1


def _edges(model: HFModel, max_length: int) -> bool:
    whole, model.max_length = model.max_length, max_length
    found = compare(model, REQUESTS)
    model.max_length = whole
    print(f"{max_length} tokens of context: {_words(found)}")
    return _close(found)


def _rolling(model: HFModel) -> bool:
    whole, model.max_length = model.max_length, SHORT
    difference = compare_rolling(model, [text for text in CONTEXTS if text])
    model.max_length = whole
    print(f"rolling, {SHORT} tokens of context: largest difference {difference:.1e} nats a token")
    return difference <= ROLLING_TOLERANCE


def _task(model: HFModel, name: str, items: list[field_tasks.Item]) -> bool:
    requests = [pair for item in items for pair in item.pairs]
    ours, theirs = ask_model(model, requests), ask_lm_eval(lm_eval_backend(model), requests)
    own, other = field_tasks.accuracies(items, ours), field_tasks.accuracies(items, theirs)
    metrics = ", ".join(f"{metric} {own[metric]:.4f} (lm-eval {other[metric]:.4f})" for metric in own)
    found = parity(ours, theirs)
    print(f"{name}, {len(items)} items: {metrics}; {_words(found)}", flush=True)
    return _close(found) and own == other


def _words(found: Parity) -> str:
    greedy = f"is_greedy agrees on {found.greedy_agrees} of {found.requests}"
    return f"largest difference {found.difference:.1e} nats, {greedy}"


def _close(found: Parity) -> bool:
    return found.difference <= TOLERANCE and found.greedy_agrees == found.requests


if __name__ == "__main__":
    sys.exit(main())
