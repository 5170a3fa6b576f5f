"""Cancelling, adopting and queueing, with real workers; only the first job gets as far as loading torch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import pairwise

import psutil
import pytest
import running
from running import busy_machine, doomed, finished, kill, submit, until

from workbench import launch
from workbench.errors import JobError
from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store, jobs
from workbench.worker.locks import LaneLock

pytestmark = pytest.mark.usefixtures("ended")
PULL = JobSpec("pull", {"name": "tiny"})
WAITING = "waiting: another heavy job runs on this machine"


def waiting(store: Store) -> Job:
    """A heavy job that has begun and waits for its turn; when that comes, it fails."""
    job = doomed(store)
    return until(store, job.id, lambda job: job.message == WAITING)


def test_a_job_that_is_asked_stops_and_keeps_what_it_has_and_resumes(store, tmp_path):
    data = running.prompts(tmp_path, 48)  # 96 answers, in several batches
    asked = submit(store, "generate", model="tiny", data=str(data), max_new_tokens=150)
    until(store, asked.id, lambda job: job.ended or answers(store))
    launch.cancel(store, asked.id)
    stopped = until(store, asked.id, lambda job: job.ended)
    assert (stopped.state, stopped.attempts) == ("cancelled", 1)
    kept = answers(store)
    assert 0 < len(kept) < 96
    launch.resume(store, asked.id)
    assert finished(store, asked.id).result["answers"] == 96
    assert len(answers(store)) == 96
    assert answers(store)[: len(kept)] == kept


def answers(store: Store) -> list[tuple[int, str]]:
    return [tuple(row) for row in store.read("SELECT id, text FROM completions ORDER BY id")]


def test_the_second_rung_ends_a_worker_that_does_not_listen(store):
    with busy_machine():
        job = waiting(store)
        os.kill(job.pid, signal.SIGSTOP)
        launch.cancel(store, job.id)
        launch.cancel(store, job.id)
        os.kill(job.pid, signal.SIGCONT)  # it meets the SIGTERM before it can ask whether it was cancelled
        ended = until(store, job.id, lambda job: job.ended)
    assert (ended.state, ended.error) == ("cancelled", "The worker was told to end.")
    until(store, job.id, lambda job: not launch.alive(job))


def test_the_third_rung_kills_a_worker_that_is_stopped(store):
    with busy_machine():
        job = waiting(store)
        os.kill(job.pid, signal.SIGSTOP)
        assert [launch.cancel(store, job.id).state for _ in range(3)] == ["running", "running", "cancelled"]
    until(store, job.id, lambda job: not launch.alive(job))
    assert jobs.by_id(store, job.id).error == "The worker was killed."


def test_a_job_that_waits_for_its_turn_can_be_cancelled(store):
    with busy_machine():
        job = waiting(store)
        launch.cancel(store, job.id)
        assert until(store, job.id, lambda job: job.ended).state == "cancelled"


def test_an_ended_job_cannot_be_cancelled(store):
    with busy_machine():
        job = waiting(store)
        launch.cancel(store, job.id)
        until(store, job.id, lambda job: job.ended)
        with pytest.raises(JobError, match=f"Job {job.id} is cancelled already"):
            launch.cancel(store, job.id)


def test_a_worker_that_the_system_ends_leaves_a_job_that_resumes(store):
    with busy_machine():
        job = waiting(store)
        os.kill(job.pid, signal.SIGTERM)
        lost = until(store, job.id, lambda job: job.ended)
        assert (lost.state, lost.error) == ("lost", "The worker was told to end.")
    launch.resume(store, job.id)
    again = until(store, job.id, lambda job: job.ended)
    assert (again.state, again.attempts) == ("failed", 2)  # it ran: there is no such model


def test_the_successor_of_an_ended_worker_is_as_nice_as_that_one(store):
    with busy_machine():
        job = waiting(store)
        behind = submit(store, "generate", model="gone")
        first = psutil.Process(job.pid).nice()
        os.kill(job.pid, signal.SIGTERM)
        second = until(store, behind.id, lambda job: job.message == WAITING)
        assert psutil.Process(second.pid).nice() == first


def test_a_killed_worker_is_noticed_and_a_living_one_is_not_taken_for_dead(store):
    with busy_machine():
        job = waiting(store)
        assert launch.sweep(store, silent=0.0) == []
        assert launch.sweep(store) == []
        lost = kill(store, job)
        assert (lost.state, lost.error) == ("lost", "The worker died; resume goes on from there.")


def test_a_dead_worker_that_gave_a_sign_a_moment_ago_is_given_time(store):
    with busy_machine():
        job = waiting(store)
        os.kill(job.pid, signal.SIGKILL)
        while launch.alive(job):
            time.sleep(0.01)
        assert launch.sweep(store) == []
        assert jobs.by_id(store, job.id).state == "running"


def test_a_job_of_another_host_is_not_judged_by_its_pid(store):
    jobs.enqueue(store, PULL, "light", "pull tiny")
    job = jobs.claim(store, "light", 999_999_999, 0.0, "another-host")
    assert launch.sweep(store, silent=0.0) == []
    with pytest.raises(JobError, match=r"Job 1 runs on another-host\. Cancel it there"):
        [launch.cancel(store, job.id) for _ in range(2)]


def test_a_pid_that_was_given_away_is_not_the_worker(store):
    jobs.enqueue(store, PULL, "light", "pull tiny")
    began = launch.started_at(os.getpid())
    here = os.uname().nodename
    job = jobs.claim(store, "light", os.getpid(), began - 100, here)
    assert not launch.alive(job)
    assert [one.id for one in launch.sweep(store, silent=-1.0)] == [job.id]


def test_what_waits_behind_a_killed_worker_gets_a_new_one(store):
    with busy_machine():
        first = waiting(store)
        second = doomed(store)
        kill(store, first)
        launch._started.clear()  # the first worker was started a moment ago
        launch.tend(store)
    assert until(store, second.id, lambda job: job.ended).state == "failed"


def test_the_light_lane_does_not_wait_for_the_heavy_one(store, tmp_path):
    with busy_machine():
        heavy = waiting(store)
        os.kill(heavy.pid, signal.SIGSTOP)
        light = running.done(store, "import-data", path=str(running.prompts(tmp_path, 3)))
        assert light.result["rows"] == 3
        assert light.pid != heavy.pid
        assert jobs.by_id(store, heavy.id).state == "running"


def test_a_heavy_job_begins_when_the_machine_is_free(store):
    with busy_machine():
        job = waiting(store)
    ended = until(store, job.id, lambda job: job.ended)
    assert (ended.state, "Unknown model 'gone'" in ended.error) == ("failed", True)


def test_jobs_of_one_lane_run_one_after_the_other_in_one_worker(store, tmp_path):
    data = running.prompts(tmp_path, 3)
    queued = [submit(store, "import-data", path=str(data), name=f"copy-{n}") for n in range(4)]
    ended = [finished(store, job.id) for job in queued]
    assert len({job.pid for job in ended}) == 1
    assert all(before.finished_at <= after.started_at for before, after in pairwise(ended))


def test_a_worker_is_started_once_a_lane(store):
    with busy_machine():
        waiting(store)
        assert launch.worker_alive(store.workspace, "heavy")
        assert not launch.ensure_worker(store.workspace, "heavy")
        assert not launch.worker_alive(store.workspace, "light")
        lock = LaneLock(store.workspace, "heavy")
        assert not lock.acquire()


def test_a_job_outlives_the_process_that_started_it_and_is_adopted(store, tmp_path):
    command = [sys.executable, "-P", "-m", "workbench.cli.main", "--workspace", str(store.workspace.root), "--json"]
    with busy_machine():
        words = [*command, "generate", "--model", "tiny", "--detach"]
        started = subprocess.run(words, capture_output=True, check=True)
        assert b'"state": "queued"' in started.stdout  # and that process is gone
        until(store, 1, lambda job: job.message == WAITING)
        watcher = subprocess.Popen([*command, "jobs", "attach", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert WAITING.encode() in watcher.stderr.readline()
        launch.cancel(store, 1)
        out, err = watcher.communicate()
    assert (watcher.returncode, b"Job 1 (generate tiny" in out, b"is cancelled" in out) == (1, True, True)
    assert b"Traceback" not in err


def test_what_a_person_can_mend_is_the_jobs_error(store, tmp_path):
    (store.workspace.root / "data").write_text("in the way")
    job = submit(store, "import-data", path=str(running.prompts(tmp_path, 3)))
    ended = until(store, job.id, lambda job: job.ended)
    assert (ended.state, "cannot be written" in ended.error) == ("failed", True), ended.error


def test_a_defect_is_one_sentence_and_the_log_has_the_traceback(store):
    broken = jobs.enqueue(store, JobSpec("pull", {"no": "such parameter"}), "light", "as no form makes it")
    launch.ensure_worker(store.workspace, "light")
    ended = until(store, broken.id, lambda job: job.ended)
    assert (ended.state, "ValidationError" in ended.error) == ("failed", True)
    assert "Traceback" in store.workspace.job_log(broken.id).read_text()
