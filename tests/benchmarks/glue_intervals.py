"""The intervals of all GLUE tasks at full size: simulated answers to the validation sets, every metric of each task.

    python tests/benchmarks/glue_intervals.py

lm-eval's own bootstrap of one MRPC F1 (408 items, 1,000 draws in one process) is timed in the same run as the peer.
"""

from __future__ import annotations

from time import perf_counter

import numpy as np

from workbench import metrics
from workbench.metrics import accuracy, f1, matthews, pearson, spearman

# validation rows and classes, as published (Wang et al. 2018; the data sets' own counts)
TASKS = {
    "cola": (1043, 2), "sst2": (872, 2), "mrpc": (408, 2), "qqp": (40430, 2), "mnli": (9815, 3),
    "mnli_mismatched": (9832, 3), "qnli": (5463, 2), "rte": (277, 2), "wnli": (71, 2), "stsb": (1500, 0),
}  # fmt: skip


def samples(task: str, rng: np.random.Generator) -> list[metrics.Sample]:
    """What GLUE reports of a task, on answers that are right in about three of four items."""
    rows, classes = TASKS[task]
    if not classes:
        gold = (rng.random(rows) * 5).round(1)
        given = gold + rng.normal(0, 1, rows)
        return [*pearson.samples(gold, given), *spearman.samples(gold, given)]
    gold = rng.integers(0, classes, rows)
    given = np.where(rng.random(rows) < 0.75, gold, rng.integers(0, classes, rows))
    sides = gold.tolist(), given.tolist()
    return [*accuracy.samples(*sides), *f1.samples(*sides), *matthews.samples(*sides)]


def main() -> None:
    rng = np.random.default_rng(0)
    prepared = {task: samples(task, rng) for task in TASKS}
    began = perf_counter()
    for task, its in prepared.items():
        start = perf_counter()
        found = metrics.measured(its, rng)
        print(f"{task:<16}{TASKS[task][0]:>7,} items  {len(found):>2} intervals  {perf_counter() - start:.3f} s")
    total = perf_counter() - began
    print(f"all of GLUE: {total:.2f} s;  lm-eval's F1 interval of MRPC alone: {_peer(rng):.1f} s")


def _peer(rng: np.random.Generator) -> float:
    import os

    os.environ["DISABLE_MULTIPROC"] = "1"
    from lm_eval.api.metrics import bootstrap_stderr, f1_score

    gold = rng.integers(0, 2, 408)
    given = np.where(rng.random(408) < 0.75, gold, 1 - gold)
    began = perf_counter()
    bootstrap_stderr(f1_score, list(zip(gold.tolist(), given.tolist(), strict=True)), iters=1000)
    return perf_counter() - began


if __name__ == "__main__":
    main()
