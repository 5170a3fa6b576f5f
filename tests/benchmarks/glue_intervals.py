"""The intervals of all GLUE tasks at full size: simulated answers to the validation sets, all that a run keeps of each.

    python tests/benchmarks/glue_intervals.py

Timed is what the end of a run does: lm-eval's own values of the task's metrics with our intervals, and what every
classification is measured by (F1, precision, recall of all classes and each, ECE, Brier). lm-eval's own bootstrap of
one MRPC F1 (408 items, 1,000 draws in one process) is timed in the same run as the peer.
"""

from __future__ import annotations

import os
from time import perf_counter

import numpy as np
from lm_eval.api import metrics as theirs

from workbench.store.runs import Answer
from workbench.tasks import item_scores
from workbench.tasks.aggregate import aggregated
from workbench.tasks.class_metrics import class_metrics

# validation rows and classes, as published (Wang et al. 2018; the data sets' own counts)
TASKS = {
    "cola": (1043, 2), "sst2": (872, 2), "mrpc": (408, 2), "qqp": (40430, 2), "mnli": (9815, 3),
    "mnli_mismatched": (9832, 3), "qnli": (5463, 2), "rte": (277, 2), "wnli": (71, 2), "stsb": (1500, 0),
}  # fmt: skip
PAIRED = {"cola": ("mcc",), "mrpc": ("f1",), "qqp": ("f1",), "stsb": ("pearson", "spearman")}
AGGREGATIONS = {
    "acc": theirs.mean, "mcc": theirs.matthews_corrcoef, "f1": theirs.f1_score, "pearson": item_scores.pearson,
    "spearman": item_scores.spearman,
}  # fmt: skip


def simulated(task: str, rng: np.random.Generator) -> list[Answer]:
    """Answers that are right in about three of four items, with what the task's metrics take from each."""
    rows, classes = TASKS[task]
    if not classes:
        gold = (rng.random(rows) * 5).round(1)
        pairs = zip(gold.tolist(), (gold + rng.normal(0, 1, rows)).tolist(), strict=True)
        return [Answer(at, "", (), None, None, False, {}, parts=_parts(task, pair)) for at, pair in enumerate(pairs)]
    right = rng.integers(0, classes, rows)
    logprobs = rng.normal(-3, 1, (rows, classes))
    logprobs[np.arange(rows), right] += 2 * rng.random(rows)
    choices = tuple(f" class {at}" for at in range(classes))
    sides = zip(right.tolist(), logprobs.argmax(axis=1).tolist(), logprobs.tolist(), strict=True)
    return [
        Answer(at, "", choices, gold, given, False, {}, tuple(its), parts=_parts(task, (gold, given)))
        for at, (gold, given, its) in enumerate(sides)
    ]


def _parts(task: str, pair: tuple[float, float]) -> dict[str, object]:
    scored = {} if task in ("cola", "stsb") else {"acc": float(pair[0] == pair[1])}
    return {**scored, **dict.fromkeys(PAIRED.get(task, ()), pair)}


def intervals(answers: list[Answer]) -> dict[str, dict[str, object]]:
    return {**class_metrics(answers), **aggregated([one.parts for one in answers], AGGREGATIONS, {})}


def main() -> None:
    rng = np.random.default_rng(0)
    every = {task: simulated(task, rng) for task in TASKS}
    for task in ("wnli", "mrpc", "cola", "stsb"):
        intervals(every[task][:20])  # imports, which a run has behind it
    total = 0.0
    for task, answers in every.items():
        began = perf_counter()
        found = intervals(answers)
        took = perf_counter() - began
        total += took
        known = sum(one["low"] == one["low"] for one in found.values())
        print(f"{task:<16}{len(answers):>7,} items  {known:>2} intervals  {took:.3f} s")
    print(f"all of GLUE: {total:.2f} s;  lm-eval's F1 interval of MRPC alone: {_peer(rng):.1f} s")


def _peer(rng: np.random.Generator) -> float:
    os.environ["DISABLE_MULTIPROC"] = "1"
    gold = rng.integers(0, 2, 408)
    given = np.where(rng.random(408) < 0.75, gold, 1 - gold)
    began = perf_counter()
    theirs.bootstrap_stderr(theirs.f1_score, list(zip(gold.tolist(), given.tolist(), strict=True)), iters=1000)
    return perf_counter() - began


if __name__ == "__main__":
    main()
