"""`python -m workbench.worker WORKSPACE LANE`: claim, run, repeat; leave when the queue stays empty.

`python -m workbench.worker WORKSPACE --chat MODEL` talks instead; see chat.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType

from workbench import jobs as kinds
from workbench import launch
from workbench.errors import Cancelled, WorkbenchError
from workbench.records import Job, Lane
from workbench.spec import JobSpec
from workbench.store import Store, jobs, open_store
from workbench.worker.context import Heartbeat, WarmModel, WorkerContext
from workbench.worker.locks import LaneLock
from workbench.worker.turn import MachineTurn
from workbench.workspace import Workspace

IDLE_SECONDS: dict[Lane, float] = {"heavy": 60.0, "light": 3.0}  # a heavy worker keeps its model warm a while
_POLL_SECONDS = 0.2
_NICE = 10  # of a heavy worker: terminals come first


class Terminated(BaseException):
    """SIGTERM: the second rung of the cancel ladder, or the machine going down."""


def main(root: str, lane: Lane) -> int:
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if lane == "heavy":
        os.nice(max(0, _NICE - os.nice(0)))  # the successor of a worker is nice already
    workspace = Workspace(Path(root))
    lock = LaneLock(workspace, lane)
    with open_store(workspace) as store:
        try:
            while lock.acquire():
                drain(store, lane)
                lock.release()
                if not jobs.waiting(store, lane):  # whoever queued in between saw the lock held and relies on us
                    break
        except Terminated:
            lock.release()
            if jobs.waiting(store, lane):  # as above: a successor runs what waits
                launch.ensure_worker(workspace, lane)
    return 0


def drain(store: Store, lane: Lane) -> None:
    """Run jobs until none came for a while."""
    warm = WarmModel()
    started = launch.started_at(os.getpid()) or 0.0
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < IDLE_SECONDS[lane]:
        launch.sweep(store)
        job = jobs.claim(store, lane, os.getpid(), started, socket.gethostname()) if jobs.waiting(store, lane) else None
        if job is None:
            time.sleep(_POLL_SECONDS)
            continue
        run(store, job, warm)
        idle_since = time.monotonic()


def run(store: Store, job: Job, warm: WarmModel) -> None:
    """One attempt at a job, with its output in its log; every way it can end is written to the queue."""
    _log_to(store.workspace.job_log(job.id))
    context = WorkerContext(store, job, warm)
    print(f"job {job.id} · {job.name} · attempt {job.attempts}", flush=True)  # noqa: T201
    try:
        with Heartbeat(context), _turn(context) if job.lane == "heavy" else nullcontext():
            jobs.begin(store, job.id)
            result = kinds.execute(context, JobSpec.from_json(job.spec))
        jobs.finish(store, job.id, "done", result=result)
    except Cancelled as stop:
        jobs.finish(store, job.id, "cancelled", error=stop.message)
    except WorkbenchError as error:
        print(f"failed: {error}", flush=True)  # noqa: T201
        jobs.finish(store, job.id, "failed", error=str(error))
    except Terminated:
        asked = jobs.by_id(store, job.id).cancel_requested > 0
        jobs.finish(store, job.id, "cancelled" if asked else "lost", error="The worker was told to end.")
        raise
    except Exception as defect:
        traceback.print_exc()
        sentence = (
            f"{type(defect).__name__}: {str(defect).strip().splitlines()[0] if str(defect).strip() else 'no message'}"
        )
        jobs.finish(store, job.id, "failed", error=f"{sentence} (the log has the traceback)")


@contextmanager
def _turn(context: WorkerContext) -> Iterator[None]:
    """The turn of a heavy job on this machine; Cancelled if the job is cancelled while it waits."""
    with MachineTurn() as turn:
        while not turn.take():
            ahead = turn.ahead()
            line = f" ({ahead} more in line before this one)" if ahead else ""
            context.progress(0, 0, f"waiting: another heavy job runs on this machine{line}")
            context.check_cancelled()
            time.sleep(_POLL_SECONDS)
        yield


def _log_to(path: Path) -> None:
    """Everything this process prints from now on, also from C libraries, goes to the job's log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise Terminated


def _chat(root: str, model: str) -> int:
    from workbench.worker import chat  # loads torch, which a light worker never needs

    return chat.main(root, model)


if __name__ == "__main__":
    if sys.argv[2] == "--chat":
        sys.exit(_chat(sys.argv[1], sys.argv[3]))
    sys.exit(main(sys.argv[1], "heavy" if sys.argv[2] == "heavy" else "light"))
