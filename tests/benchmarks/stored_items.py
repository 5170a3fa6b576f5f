"""A run of 200,000 stored items: how long it takes to open, and to answer a filter.

    python tests/benchmarks/stored_items.py [FOLDER]

A store of two runs is built in FOLDER if it is not there yet (a minute or two); each figure is the median of five
looks by the views that the screens use, with a page of 100 rows read for what is found. Targets: 0.5 s to open,
0.2 s for a filter.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from workbench.records import LogLikelihood
from workbench.store import Store, models, open_store, runs
from workbench.store.runs import Answer, Task
from workbench.views.bench import Part, item_page, part_of, run_row, run_rows
from workbench.views.compare import compare
from workbench.views.run_detail import run_detail
from workbench.views.suites import suite_table
from workbench.workspace import Workspace

ITEMS, WORDS, LOOKS = 200_000, 60, 5
CHOICES = (" a river", " a mountain", " a city", " a lake")
_VOCABULARY = 5000


def main(folder: Path) -> None:
    workspace = Workspace(folder)
    new = not workspace.database.exists()
    with open_store(workspace) as store:
        if new:
            build(store)
        print(f"{ITEMS:,} items a run, {workspace.database.stat().st_size / 1e6:.0f} MB")
        for name, look in looks(store):
            print(f"{name:<34}{1000 * statistics.median(_times(look)):8.1f} ms")


def looks(store: Store) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "suites x models", lambda: suite_table(store)
    yield "runs", lambda: run_rows(store)
    yield "open: row and first page", lambda: (run_row(store, runs.by_id(store, 1)), item_page(store, 1, None, 0, 100))
    yield "open: metrics, classes, confusion", lambda: run_detail(store, 1)
    yield "the last page", lambda: item_page(store, 1, None, ITEMS - 100, ITEMS)
    for part in ("wrong", "close", "flipped"):
        yield f"filter: {part}", lambda part=part: _found(store, part, [])  # type: ignore[misc]
    yield "filter: one word", lambda: _found(store, "all", ["w17x"])
    yield "filter: wrong, two words", lambda: _found(store, "wrong", ["w17x", "w4"])
    yield "compare two runs", lambda: compare(store, 1, 2)


def build(store: Store) -> None:
    rng = random.Random(0)
    words = [f"w{at}x" for at in range(_VOCABULARY)]
    docs = [{"question": " ".join(rng.choices(words, k=WORDS)), "gold": rng.randrange(4)} for _ in range(ITEMS)]
    task = runs.add_task(store, "stored", "1", {"doc_to_text": "Question: {{question}}"}, docs)
    for name in ("first", "second"):
        _run(store, name, task, docs, rng)


def _run(store: Store, name: str, task: Task, docs: list[dict[str, object]], rng: random.Random) -> None:
    model = models.add(store, name, name, "embedded", None, name)
    run = runs.begin(store, model.id, name, task, runs.CLEAN, {"dtype": "float32"}, len(docs), _NO_JOB)
    answers: list[Answer] = []
    responses: list[tuple[int, int, LogLikelihood]] = []
    for item, doc in zip(runs.item_ids(store, task.id), docs, strict=True):
        logprobs = [-12 * rng.random() for _ in CHOICES]
        for at, value in enumerate(logprobs):
            tokens = ((" a", value / 3), (CHOICES[at][2:], 2 * value / 3))
            responses.append((item, at, LogLikelihood(value, False, tokens)))
        best = max(range(len(CHOICES)), key=lambda at: logprobs[at])
        scores = {"acc": float(best == doc["gold"]), "acc_norm": float(best == doc["gold"])}
        answers.append(
            Answer(item, f"Question: {doc['question']}", CHOICES, int(str(doc["gold"])), best, False, scores)
        )
    runs.add_responses(store, run.id, responses)
    right = sum(one.scores["acc"] for one in answers)
    kept = {"value": right / len(docs), "low": None, "high": None, "n": len(docs)}
    runs.finish(store, run.id, answers, {"acc": {**kept, "reason": None, "higher_is_better": True}})


def _found(store: Store, part: Part, words: list[str]) -> object:
    return item_page(store, 1, part_of(store, 1, part, words, against=2), 0, 100)


def _times(look: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        look()
        found.append(time.perf_counter() - began)
    return found


_NO_JOB: Any = None

if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
