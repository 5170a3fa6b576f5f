"""Starting, finding and ending worker processes; by module name, never by import, so it stays light.

A worker runs in a session of its own: closing the terminal, or losing the link, never ends it. The next
terminal finds it through the database and the lane's lock, and goes on watching.
"""

from __future__ import annotations

import fcntl
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench import jobs as kinds
from workbench.errors import JobError
from workbench.records import LANES, Job, Lane
from workbench.spec import JobSpec
from workbench.store import Store, jobs
from workbench.store.clock import seconds_since
from workbench.store.filesystem import file_mode, make_file
from workbench.workspace import Workspace

LOST_SECONDS = 10.0  # without a heartbeat, and the process gone
LOST_ELSEWHERE_SECONDS = 600.0  # on another host nothing but the heartbeat can be seen
_SAME_PROCESS_SECONDS = 2.0  # two readings of a start time may differ by the clock's adjustment
_DYING_SECONDS = 2.0
_STARTING_SECONDS = 5.0  # a worker that was started this long ago may not hold its lane yet

_QUIET = {"HF_HUB_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "false"}

_children: list[subprocess.Popen[bytes]] = []
_started: dict[tuple[Path, Lane], float] = {}


def submit(store: Store, spec: JobSpec, plan: Mapping[str, Any] | None = None) -> Job:
    """Queue a job, unless it could only fail, and make sure a worker is there for it; for `plan` see jobs.enqueue."""
    kinds.check(store, spec)
    job = jobs.enqueue(store, spec, kinds.lane(spec.kind), kinds.title(spec), plan=plan)
    ensure_worker(store.workspace, job.lane)
    return job


def submit_stages(store: Store, tables: list[dict[str, Any]]) -> list[Job]:
    """Queue trainings of which each starts from the model that the one before leaves; all or none.

    A stage waits for the one before: it starts once that is done, also after a resume. For what is refused see
    jobs._stages.
    """
    from workbench.jobs._stages import stages  # brings pydantic, which whoever only looks never loads

    found = stages(store, tables)
    for stage in found:
        kinds.check(store, stage.checked)
    queued: list[Job] = []
    for stage in found:
        after = queued[-1].id if queued else None
        lane = kinds.lane(stage.spec.kind)
        queued.append(jobs.enqueue(store, stage.spec, lane, kinds.title(stage.spec), after))
    ensure_worker(store.workspace, queued[0].lane)
    return queued


def resume(store: Store, job_id: int) -> Job:
    """Put a failed, cancelled or lost job back; it goes on where it was."""
    job = jobs.requeue(store, job_id)
    ensure_worker(store.workspace, job.lane)
    return job


def put_first(store: Store, job_id: int) -> Job:
    """Put a waiting job before all others of its lane; what is at work goes on. JobError if it does not wait."""
    job = jobs.put_first(store, job_id)
    ensure_worker(store.workspace, job.lane)
    return job


def ensure_worker(workspace: Workspace, lane: Lane) -> bool:
    """Start a worker unless one holds the lane; True if one was started."""
    if worker_alive(workspace, lane):
        return False
    log = make_file(workspace.root / f"worker-{lane}.log", file_mode(workspace.root)).open("ab")
    try:
        _children.append(
            subprocess.Popen(
                # -P: the workspace is the current folder, and nothing in it may shadow a library
                [*_outlive_logout(), sys.executable, "-P", "-m", "workbench.worker", str(workspace.root), lane],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=workspace.root,
                start_new_session=True,
                env=os.environ | _QUIET,
            )
        )
    except OSError as error:
        raise JobError(f"No worker could be started: {error.strerror}.", "The job stays queued.") from error
    finally:
        log.close()
    _started[workspace.root, lane] = time.monotonic()
    return True


def start_chat(workspace: Workspace, model: str) -> subprocess.Popen[str]:
    """A process that talks as `model` in JSON lines over its pipes (see worker.chat); it ends when its stdin closes.

    In a session of its own, so that ctrl+c in a terminal reaches the one who asks and not the one who answers.
    """
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "workbench.worker", str(workspace.root), "--chat", model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=workspace.root,
            start_new_session=True,
            env=os.environ | _QUIET,
            encoding="utf-8",
        )
    except OSError as error:
        raise JobError(f"The chat could not be started: {error.strerror}.") from error


def worker_alive(workspace: Workspace, lane: Lane) -> bool:
    """Whether a worker holds the lane now."""
    file = open_lane(workspace, lane)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def open_lane(workspace: Workspace, lane: Lane) -> int:
    """The file whose lock the worker of a lane holds; a colleague's too where the workspace is shared."""
    path = make_file(workspace.root / f"worker-{lane}.lock", file_mode(workspace.root))
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)


def cancel(store: Store, job_id: int) -> Job:
    """One rung of the ladder a call: ask; then end the worker by SIGTERM; then by SIGKILL. JobError if it has ended."""
    job = jobs.by_id(store, job_id)
    if job.ended:
        raise JobError(f"Job {job_id} is {job.state} already.")
    if job.state == "running" and job.cancel_requested >= 1:
        _signal(store, job, signal.SIGTERM if job.cancel_requested == 1 else signal.SIGKILL)
    jobs.request_cancel(store, job_id)
    return jobs.by_id(store, job_id)


def tend(store: Store) -> None:
    """Sweep, and start a worker where jobs wait and none is there: theirs was killed, or ended by a cancel."""
    sweep(store)
    for lane in LANES:
        since = time.monotonic() - _started.get((store.workspace.root, lane), -math.inf)
        if since > _STARTING_SECONDS and jobs.waiting(store, lane):
            ensure_worker(store.workspace, lane)


def sweep(store: Store, silent: float = LOST_SECONDS) -> list[Job]:
    """Mark running jobs as lost whose worker is gone and gave no sign of life for `silent` seconds; those jobs."""
    lost = [job for job in jobs.running(store) if _gone(job, silent)]
    return [
        job for job in lost if jobs.finish(store, job.id, "lost", error="The worker died; resume goes on from there.")
    ]


def started_at(pid: int) -> float | None:
    """When a process began, in seconds since the epoch; None if there is none of that number, or it is dead.

    A killed process is a zombie before its last thread is gone, and until then it holds its locks: still alive.
    """
    import psutil  # costs 15 ms, and only a workspace with a running job pays

    for child in _children:
        child.poll()  # a dead child of ours stays a zombie until it is asked for
    try:
        process = psutil.Process(pid)
        dead = process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1
        return None if dead else float(process.create_time())
    except psutil.NoSuchProcess:
        return None


def alive(job: Job) -> bool:
    """Whether the process that claimed the job still runs on this host: its pid may have been given away since."""
    if job.pid is None or job.pid_started is None:
        return False
    began = started_at(job.pid)
    return began is not None and abs(began - job.pid_started) < _SAME_PROCESS_SECONDS


def kills_at_logout(folder: Path = Path("/etc/systemd")) -> bool:
    """Whether systemd-logind here ends detached processes when their user logs out (KillUserProcesses=yes)."""
    files = [folder / "logind.conf", *sorted((folder / "logind.conf.d").glob("*.conf"))]
    lines = [line.strip() for file in files if file.is_file() for line in file.read_text().splitlines()]
    settings = [line.split("=", 1)[1].strip().lower() for line in lines if line.startswith("KillUserProcesses=")]
    return bool(settings) and settings[-1] in ("yes", "true", "1", "on")


def _gone(job: Job, silent: float) -> bool:
    since = seconds_since(job.heartbeat_at or job.created_at)
    if job.host != socket.gethostname():
        return since > LOST_ELSEWHERE_SECONDS
    return since > silent and not alive(job)


def _signal(store: Store, job: Job, number: signal.Signals) -> None:
    if job.host != socket.gethostname():
        raise JobError(f"Job {job.id} runs on {job.host}.", "Cancel it there.")
    if job.pid is not None and alive(job):
        os.kill(job.pid, number)
        if number is signal.SIGKILL:
            _wait_for_death(job)  # until then it holds its lane, and a resumed job would find no worker
    if number is signal.SIGKILL or not alive(job):
        jobs.finish(store, job.id, "cancelled", error="The worker was killed.")


def _wait_for_death(job: Job) -> None:
    """At most 2 s: a process that hangs in the kernel dies when it comes back."""
    until = time.monotonic() + _DYING_SECONDS
    while alive(job) and time.monotonic() < until:
        time.sleep(0.005)


def _outlive_logout() -> list[str]:
    """A scope of its own for the worker, where a logout would end it otherwise."""
    if kills_at_logout() and shutil.which("systemd-run"):
        return ["systemd-run", "--user", "--scope", "--quiet", "--collect"]
    return []
