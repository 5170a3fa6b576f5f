"""A suite killed ten times at random and resumed: the numbers, and every answer, of the uninterrupted one.

    python tests/benchmarks/suite_kills.py [--kills 10] [--limit 20] [--seed 0]

The suite `core` (questions with choices, running text, written answers) on `tiny`. Each trial is a job in a worker of
its own, which is ended by SIGKILL at a moment drawn from the seed and resumed; where the suite was faster than that, it
is tried again at earlier moments. Exits 1 if a number, an answer or the log-probability of a token differs, or if
a kill never came before the end.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "worker"))
import running

from workbench import launch
from workbench.store import Store, jobs

_OF_ITEMS = "JOIN items i ON i.id = o.item_id JOIN tasks t ON t.id = i.task_id"
KEPT = {  # what a suite leaves behind, without the numbers of rows and the times
    "runs": "SELECT t.name, r.items, r.metrics FROM runs r JOIN tasks t ON t.id = r.task_id WHERE r.finished_at"
    " IS NOT NULL ORDER BY 1",
    "answers": "SELECT t.name, i.position, o.context, o.choices, o.gold, o.answer, o.scores, o.score, o.margin, o.parts"
    f" FROM answers o {_OF_ITEMS} ORDER BY 1, 2",
    "responses": "SELECT t.name, i.position, o.number, o.logprob, o.is_greedy, o.tokens"
    f" FROM responses o {_OF_ITEMS} ORDER BY 1, 2, 3",
    "texts": "SELECT t.name, i.position, o.number, o.text, o.tokens, o.finish_reason"
    f" FROM texts o {_OF_ITEMS} ORDER BY 1, 2, 3",
}
TRIES = 4  # of one kill; each comes earlier than the one before
Left = dict[str, list[tuple[Any, ...]]]


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--limit", type=int, default=20, help="items of each task")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    rng = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        whole, seconds = uninterrupted(Path(folder) / "whole", given.limit)
        print(f"uninterrupted: {seconds:.1f} s; {', '.join(f'{len(rows)} {of}' for of, rows in whole.items())}")
        found = []
        for number in range(given.kills):
            after = seconds * (number + rng.random()) / given.kills
            for again in range(TRIES):
                found.append(killed(Path(folder) / f"{number}-{again}", given.limit, after, whole))
                if found[-1][0]:
                    break
                after *= rng.random()
    in_time, same = sum(early for early, _ in found), sum(equal for _, equal in found)
    print(f"{in_time} of {given.kills} kills came before the end; {same} of {len(found)} suites ended the same")
    return 0 if in_time == given.kills and same == len(found) else 1


def uninterrupted(folder: Path, limit: int) -> tuple[Left, float]:
    """(what it leaves behind, the seconds from claim to end)."""
    with running.other(folder) as store:
        job = begun(store, limit)
        began = time.monotonic()
        running.finished(store, job)
        return left(store), time.monotonic() - began


def killed(folder: Path, limit: int, after: float, whole: Left) -> tuple[bool, bool]:
    """(whether the kill came before the end, whether what is left behind is that of the whole)."""
    with running.other(folder) as store:
        job = begun(store, limit)
        time.sleep(after)
        ended = running.kill(store, jobs.by_id(store, job))
        kept = store.value("SELECT COUNT(*) FROM responses") + store.value("SELECT COUNT(*) FROM texts")
        if ended.state == "lost":
            launch.resume(store, job)
        running.finished(store, job)
        differing = [of for of, rows in left(store).items() if rows != whole[of]]
        told = f"DIFFERS in {', '.join(differing)}" if differing else "the same"
        print(f"killed after {after:5.1f} s with {kept:>5} requests answered ({ended.state}): {told}", flush=True)
        return ended.state == "lost", not differing


def begun(store: Store, limit: int) -> int:
    """The number of a job that a worker has claimed."""
    job = running.submit(store, "bench", model="tiny", suite="core", limit=limit)
    running.until(store, job.id, lambda one: one.state != "queued")
    return int(job.id)


def left(store: Store) -> Left:
    return {of: [tuple(row) for row in store.read(sql)] for of, sql in KEPT.items()}


if __name__ == "__main__":
    running.PATIENCE = 600.0
    sys.exit(main())
