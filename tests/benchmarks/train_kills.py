"""Trainings ended by kill -9 at random points and resumed: they come to what the uninterrupted ones come to.

    python tests/benchmarks/train_kills.py [--kills 10] [--seed 7] [sft dpo]

Jobs on `tiny` in a worker of their own, as a person starts them, with dropout, so that losses depend on the random
state too. Each is killed once, in one phase, at a moment in it that is drawn:

    loading      from the claim to the first step: rows checked, model loaded, gate, the measured batch
    step         while the steps after a checkpoint are made
    checkpoint   while one is written
    saving       while the model is merged and saved

Printed is what the kill left (as seen before the resume), and whether the losses of all steps are the same to 4
decimals and the saved weights the same to the bit. Exits 1 if one differs, or a resumed job does not end well.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench import jobs as kinds
from workbench import launch
from workbench.records import Job
from workbench.store import Store, jobs, models, open_store
from workbench.training import checkpoints
from workbench.workspace import Workspace

PHASES = ("loading", "step", "checkpoint", "saving")
STEPS, BETWEEN = 16, 4  # optimizer steps of a run, and from one checkpoint to the next
POLL_SECONDS = 0.0005
MOST_SECONDS = 300.0
DATA = {"sft": "instructions", "dpo": "preferences"}


@dataclass(frozen=True, slots=True)
class Whole:
    """What the uninterrupted run came to, and how long its phases are, in seconds."""

    losses: dict[int, float]
    weights: str
    seconds: dict[str, float]


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("kinds", nargs="*", default=list(DATA))
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_store(Workspace(Path(folder))) as store:
        try:
            different = sum(_kind(store, kind, given.kills, random.Random(given.seed)) for kind in given.kinds)
        finally:
            _end_worker(store)
    print(f"\n{len(given.kinds) * given.kills} kills, {different} came to something else")
    return 1 if different else 0


def _kind(store: Store, kind: str, kills: int, chance: random.Random) -> int:
    """How many of the killed runs differ."""
    whole = _whole(store, kind)
    print(f"{kind}, {STEPS} steps, a checkpoint every {BETWEEN}: {_words(whole.seconds)}")
    differ = 0
    for number in range(kills):
        phase = PHASES[number % len(PHASES)]
        job, left = _killed(store, kind, phase, whole, chance)
        ended = _resumed(store, job)
        verdict = _verdict(store, ended, whole)
        differ += verdict != "the same"
        print(f"  {number + 1:>2} {phase:<11}{left:<76}{verdict}", flush=True)
    return differ


# --- the runs ---


def _start(store: Store, kind: str, name: str) -> Job:
    table = {"max_steps": STEPS, "save_steps": BETWEEN}
    values: dict[str, Any] = {
        "model": "tiny", "data": DATA[kind], "name": name, "old_task": "none",
        "peft": {"lora_dropout": 0.1}, "trainer": table,
    }  # fmt: skip
    return launch.submit(store, kinds.parse(f"train-{kind}", values))


def _whole(store: Store, kind: str) -> Whole:
    """The run that nothing ends; every phase is timed, once the worker and its libraries are there."""
    _wait(store, _start(store, kind, f"{kind}-warm"), _ended)
    job = _start(store, kind, f"{kind}-whole")
    began = [_wait(store, job, _reached(store, job, phase, BETWEEN)) for phase in ("loading", "step")]
    written = [_wait(store, job, _reached(store, job, phase, 2 * BETWEEN)) for phase in ("checkpoint", "step")]
    saving = _wait(store, job, _reached(store, job, "saving", STEPS))
    ended = _wait(store, job, _ended)
    made = jobs.by_id(store, job.id)
    assert made.state == "done", made.error
    seconds = {
        "loading": began[1] - began[0], "step": written[0] - began[1], "checkpoint": written[1] - written[0],
        "saving": ended - saving,
    }  # fmt: skip
    return Whole(_losses(store, job.id), _weights(store, made), seconds)


def _killed(store: Store, kind: str, phase: str, whole: Whole, chance: random.Random) -> tuple[Job, str]:
    """A job that kill -9 ended in that phase, and what it left. One that was faster than the kill is begun again."""
    while True:
        job = _start(store, kind, f"{kind}-{phase}-{chance.getrandbits(32):08x}")
        at = STEPS if phase == "saving" else BETWEEN * chance.randint(1, STEPS // BETWEEN - 1)
        _wait(store, job, _reached(store, job, phase, at))
        time.sleep(chance.uniform(0, whole.seconds[phase]))
        found = jobs.by_id(store, job.id)
        if found.state != "running":
            continue
        os.kill(found.pid or 0, signal.SIGKILL)
        while launch.alive(found):
            time.sleep(POLL_SECONDS)
        launch.sweep(store, silent=0)
        lost = jobs.by_id(store, job.id)
        if lost.state == "lost":
            return lost, f"{found.message or 'nothing said yet'}: {_left(store, lost)}"


def _resumed(store: Store, job: Job) -> Job:
    launch.resume(store, job.id)
    _wait(store, job, _ended)
    return jobs.by_id(store, job.id)


# --- when ---


def _reached(store: Store, job: Job, phase: str, at: int) -> Callable[[Job], bool]:
    """Whether a job has begun a phase; `at`: the step of a checkpoint."""
    folder = checkpoints.at(store.workspace.job_folder(job.id) / "checkpoints", at)
    return {
        "loading": lambda now: now.state != "queued",
        "step": lambda now: (folder / checkpoints.MARKER).is_file(),
        "checkpoint": lambda now: folder.is_dir(),
        "saving": lambda now: now.message == "Saving the model",
    }[phase]


def _ended(job: Job) -> bool:
    return job.ended


def _wait(store: Store, job: Job, until: Callable[[Job], bool]) -> float:
    """The time at which it was so, or at which the job ended."""
    began = time.monotonic()
    while time.monotonic() - began < MOST_SECONDS:
        now = jobs.by_id(store, job.id)
        if until(now) or now.ended:
            return time.monotonic()
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"job {job.id} is {now.state} after {MOST_SECONDS:g} s: {now.message}")


# --- what came of it ---


def _left(store: Store, job: Job) -> str:
    folder = store.workspace.job_folder(job.id) / "checkpoints"
    found = sorted(folder.glob("checkpoint-*"), key=checkpoints.step)
    whole = [str(checkpoints.step(one)) for one in found if (one / checkpoints.MARKER).is_file()]
    torn = [str(checkpoints.step(one)) for one in found if not (one / checkpoints.MARKER).is_file()]
    parts = [f"whole checkpoints {', '.join(whole) or 'none'}"]
    parts += [f"torn {', '.join(torn)}"] if torn else []
    half = (store.workspace.models / f"{job.plan.get('name')}.part").exists()
    return "; ".join([*parts, *(["a part of the model"] if half else [])])


def _verdict(store: Store, job: Job, whole: Whole) -> str:
    if job.state != "done":
        return f"DIFFERS: {job.state}: {job.error}"
    losses = _losses(store, job.id)
    other = [step for step in whole.losses if losses.get(step) != whole.losses[step]]
    if other:
        return f"DIFFERS: losses of the steps {other}"
    return "the same" if _weights(store, job) == whole.weights else "DIFFERS: weights"


def _losses(store: Store, job_id: int) -> dict[int, float]:
    """Step -> its loss, to the 4 decimals that a resumed run promises."""
    return {step: round(loss, 4) for step, loss in jobs.metrics(store, job_id)["loss"]}


def _weights(store: Store, job: Job) -> str:
    return str(models.by_name(store, job.result["model"]).weights_hash)


def _words(seconds: dict[str, float]) -> str:
    return ", ".join(f"{phase} {length:.2f} s" for phase, length in seconds.items())


def _end_worker(store: Store) -> None:
    """It would wait for another job, in a folder that is gone."""
    newest = jobs.recent(store, 1)[0]
    if newest.pid is not None and launch.alive(newest):
        os.kill(newest.pid, signal.SIGTERM)
    while launch.worker_alive(store.workspace, "heavy"):
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
