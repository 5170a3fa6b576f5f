"""Several raters in terminals of their own judge one batch while the queue works.

    python tests/benchmarks/six_raters.py [--seconds 600] [--raters 6] [--idle-queue]

Each has a pty and presses a digit every 0.5 to 2 seconds; a fifth of the items goes to two raters, the others to one
each, and generate jobs on `tiny` keep the worker busy. Times are in milliseconds as a person's terminal would see them,
beside the targets. Asserted is what must be true at any speed: nobody was given an item that was another's alone, every
key that was shown as saved is there once, and ratings are what the events say.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import Manager
from pathlib import Path
from threading import Barrier

from bulk_workspaces import with_judgments
from terminal_session import TerminalSession

from workbench import jobs as kinds
from workbench import launch
from workbench.rating.compose import compose
from workbench.records import BatchSettings, NewItem
from workbench.store import Store, batches, completions, integrity, jobs, open_store
from workbench.workspace import Workspace

BIN = Path(sys.executable).parent / "workbench"
SHARED = BatchSettings(overlap=0.2, overlap_raters=2)
PAUSE = (0.5, 2.0)  # seconds between two keys of a rater
FASTEST_ITEM = 6 * 0.9  # seconds: two answers on three criteria, hardly ever faster
JOBS_QUEUED = 12


@dataclass
class Rater:
    """What one rater did, and how long it took (milliseconds). `words` are the answers that were on the screen."""

    name: str
    keys: int = 0
    saved: int = 0
    too_fast: int = 0
    to_criterion: list[float] = field(default_factory=list)
    to_text: list[float] = field(default_factory=list)
    to_commit: list[float] = field(default_factory=list)
    words: set[str] = field(default_factory=set)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--raters", type=int, default=6)
    options.add_argument("--idle-queue", action="store_true", help="without a job at work")
    given = options.parse_args()
    names = [f"rater-{number}" for number in range(1, given.raters + 1)]
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "ws")
        with_judgments(workspace.root, 0, unrated_prompts=int(given.raters * given.seconds / FASTEST_ITEM) + 50)
        with open_store(workspace) as store:
            batch = _batch(store)
            if not given.idle_queue:
                _keep_busy(store)
        with Manager() as manager, ProcessPoolExecutor(given.raters) as raters:
            together = manager.Barrier(given.raters)
            futures = [raters.submit(_rate, name, workspace.root, batch, given.seconds, together) for name in names]
            done = [future.result() for future in futures]
        with open_store(workspace) as store:
            ended = [job for job in jobs.recent(store) if job.ended]
            _report(done, given.seconds, _stop(store))
            _check(store, batch, done)
    assert given.idle_queue or len(ended) < JOBS_QUEUED, f"the queue ran dry: {[job.error for job in ended]}"


# --- the workspace and its queue ---


def _batch(store: Store) -> int:
    """The open batch again, with a fifth of its items for two raters."""
    rubric = batches.by_id(store, 1).rubric_id
    items = [NewItem(item.prompt_id, item.completions) for item in batches.items(store, 1)]
    return batches.add(store, "shared", rubric, 1, compose(items, (), SHARED, 1), None, SHARED).id


def _keep_busy(store: Store) -> None:
    """Generate jobs, one after another; begun once the first answers are stored."""
    before = _answers(store)
    for seed in range(JOBS_QUEUED):
        values = {"model": "tiny", "data": "prompts", "n": 16, "max_new_tokens": 256, "seed": seed}
        launch.submit(store, kinds.parse("generate", values))
    while _answers(store) == before:
        running = jobs.by_id(store, 1)
        assert not running.ended, running.error
        time.sleep(0.2)


def _stop(store: Store) -> int:
    """End the jobs; how many answers they drew beside the raters."""
    for job in jobs.recent(store):
        if not job.ended:
            launch.cancel(store, job.id)
    while any(not job.ended for job in jobs.recent(store)):
        time.sleep(0.2)
    return _answers(store)


def _answers(store: Store) -> int:
    return int(store.value("SELECT COUNT(*) FROM completions WHERE job_id IS NOT NULL"))


# --- one rater ---


def _rate(name: str, root: Path, batch: int, seconds: float, together: Barrier) -> Rater:
    """All begin when the last has opened, and none leaves before all have ended: who leaves lets an item go."""
    rater, chance = Rater(name), random.Random(name)
    command = [str(BIN), "--workspace", str(root), "rate", "--rater", name, "--batch", str(batch)]
    session = TerminalSession(command, {})
    session.wait_for(lambda: bool(_word(session)), seconds=60)
    together.wait()
    with closing(sqlite3.connect(f"file:{root / 'workbench.db'}?mode=ro", uri=True)) as database:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            rater.words.add(_word(session))
            _pause(session, chance.uniform(*PAUSE))
            _press(rater, session, database, chance.choice("12345"))
        rater.words.add(_word(session))
    together.wait()
    session.send("\x11")
    session.reap()
    return rater


def _press(rater: Rater, session: TerminalSession, database: sqlite3.Connection, key: str) -> None:
    """One key: until its event can be read by another process, and until the screen says so and shows what is next."""
    events, word, before = _events(database, rater.name), _word(session), list(session.screen.display)
    sent = session.send(key)
    rater.keys += 1
    while _events(database, rater.name) == events:
        assert time.perf_counter() - sent < 20, f"{rater.name}: no event\n" + "\n".join(session.screen.display)
        time.sleep(0.001)
    rater.to_commit.append((time.perf_counter() - sent) * 1e3)
    painted = (session.wait_for(lambda: session.screen.display[:23] != before[:23]) - sent) * 1e3
    session.settle(0.05)
    said = session.screen.display[22].strip()
    rater.saved += said.startswith("✓ saved")
    rater.too_fast += said.startswith("! too fast")
    (rater.to_criterion if _word(session) == word else rater.to_text).append(painted)


def _pause(session: TerminalSession, seconds: float) -> None:
    """As a person reads: what comes meanwhile is taken in."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        session.settle(min(left, 0.1))
        time.sleep(min(0.02, left))


def _word(session: TerminalSession) -> str:
    found = re.search(r"answer ([a-j]+) is the answer", "\n".join(session.screen.display))
    return found[1] if found else ""


def _events(database: sqlite3.Connection, rater: str) -> int:
    sql = "SELECT COUNT(*) FROM judgments WHERE rater_id = (SELECT id FROM raters WHERE name = ?)"
    return int(database.execute(sql, (rater,)).fetchone()[0])


# --- what must be true, and what was measured ---


def _check(store: Store, batch: int, done: list[Rater]) -> None:
    seen: dict[int, set[str]] = {}
    item_of = {text.split()[1]: item for item, text in _texts(store, batch)}
    for rater in done:
        for word in rater.words - {""}:
            seen.setdefault(item_of[word], set()).add(rater.name)
    wanted = {item.id: item.raters_wanted or 0 for item in batches.items(store, batch)}
    twice = {item: names for item, names in seen.items() if len(names) > wanted[item]}
    assert not twice, f"given to more raters than wanted: {twice}"
    for rater in done:
        stored = store.value("SELECT COUNT(*) FROM judgments j JOIN raters r ON r.id = j.rater_id WHERE r.name = ?",
                             (rater.name,))  # fmt: skip
        assert rater.saved + rater.too_fast == rater.keys == stored, (rater.name, rater.saved, rater.keys, stored)
    assert integrity.damage(store) is None
    assert (integrity.gaps(store), integrity.view_differences(store), integrity.broken_references(store)) == ([], 0, 0)
    shared = sum(len(names) == 2 for names in seen.values())
    print(f"{len(seen)} items were given, {shared} of them to two raters; none to one too many, no judgment lost\n")


def _texts(store: Store, batch: int) -> list[tuple[int, str]]:
    items = batches.items(store, batch)
    found = completions.by_ids(store, [one for item in items for one in item.completions])
    return [(item.id, found[one].text) for item in items for one in item.completions]


def _report(done: list[Rater], seconds: float, drawn: int) -> None:
    keys, fast = sum(rater.keys for rater in done), sum(rater.too_fast for rater in done)
    load = os.getloadavg()[1]
    print(
        f"{len(done)} raters, {seconds:.0f} s, {keys} keys ({fast} too fast), beside them {drawn} answers drawn by jobs"
    )
    print(f"load of this machine in the last five minutes: {load:.1f} on {os.cpu_count()} cores")
    _row("key to next criterion", "p50 <= 20, p95 <= 60", [one for rater in done for one in rater.to_criterion])
    _row("key to next text", "p50 <= 20, p95 <= 60", [one for rater in done for one in rater.to_text])
    _row("key to commit", "p99 <= 100, max <= 250", [one for rater in done for one in rater.to_commit])


def _row(name: str, target: str, values: list[float]) -> None:
    cuts = statistics.quantiles(values, n=100)
    print(
        f"  {name:<22} p50 {statistics.median(values):7.1f}   p95 {cuts[94]:7.1f}   p99 {cuts[98]:7.1f}"
        f"   max {max(values):7.1f}   n {len(values):>5}   target {target}"
    )


if __name__ == "__main__":
    main()
