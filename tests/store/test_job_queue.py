"""The queue: states change by compare-and-set."""

from __future__ import annotations

import threading

import pytest

from workbench.errors import JobError
from workbench.spec import JobSpec
from workbench.store import Store, jobs

SPEC = JobSpec("pull", {"name": "tiny"})


def queue(store, lane="light"):
    return jobs.enqueue(store, SPEC, lane, "pull tiny")


def claim(store, lane="light", pid=1):
    return jobs.claim(store, lane, pid, 0.0, "here")


def test_the_oldest_job_of_the_lane_comes_first(store):
    heavy, first, second = queue(store, "heavy"), queue(store), queue(store)
    assert [claim(store).id, claim(store).id, claim(store)] == [first.id, second.id, None]
    assert claim(store, "heavy").id == heavy.id


def test_a_claimed_job_runs_and_names_its_worker(store):
    queue(store)
    job = claim(store, pid=77)
    assert (job.state, job.pid, job.host, job.attempts) == ("running", 77, "here", 1)


def told(store, job, **times):
    """The job with these times in its row."""
    for name, time in times.items():
        with store.write() as db:
            db.execute(f"UPDATE jobs SET {name} = ? WHERE id = ?", (f"2026-01-01T10:{time}.000Z", job.id))
    return jobs.by_id(store, job.id)


def test_waiting_is_no_work(store):
    queue(store)
    job = claim(store)
    assert (jobs.seconds_at_work(job), jobs.seconds_waited(job)) == (None, None)
    jobs.begin(store, job.id)
    jobs.finish(store, job.id, "done")
    job = told(store, job, created_at="00:00", started_at="01:00", finished_at="01:30")
    assert jobs.seconds_at_work(job) == pytest.approx(30, abs=0.5)
    assert jobs.seconds_waited(job) == pytest.approx(60, abs=0.5)


def test_the_work_of_all_attempts_counts_and_what_lay_between_does_not(store):
    queue(store)
    job = claim(store)
    jobs.begin(store, job.id)
    jobs.finish(store, job.id, "lost")
    # 20 s to its last sign of life; that it was lost was seen much later
    told(store, job, started_at="00:00", heartbeat_at="00:20", finished_at="30:00")
    jobs.requeue(store, job.id)
    job = claim(store)
    assert jobs.seconds_at_work(job) == pytest.approx(20, abs=0.5)
    jobs.begin(store, job.id)
    jobs.finish(store, job.id, "done")
    job = told(store, job, started_at="40:00", finished_at="40:05")
    assert jobs.seconds_at_work(job) == pytest.approx(25, abs=0.5)
    assert jobs.seconds_waited(job) is None


def test_two_workers_never_claim_the_same_job(store):
    wanted = [queue(store).id for _ in range(20)]
    claimed: list[tuple[int, int]] = []

    def work(pid):
        with Store(store.workspace) as own:
            while job := claim(own, pid=pid):
                claimed.append((job.id, pid))

    workers = [threading.Thread(target=work, args=(pid,)) for pid in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(job for job, _ in claimed) == wanted
    assert [jobs.by_id(store, job).pid for job, _ in claimed] == [pid for _, pid in claimed]


def test_only_a_running_job_can_be_finished(store):
    job = queue(store)
    assert not jobs.finish(store, job.id, "done")
    claim(store)
    assert jobs.finish(store, job.id, "done", result={"rows": 3})
    assert not jobs.finish(store, job.id, "failed", error="too late")
    assert (jobs.by_id(store, job.id).state, jobs.by_id(store, job.id).result) == ("done", {"rows": 3})


@pytest.mark.parametrize("state", ["failed", "cancelled", "lost"])
def test_a_job_that_did_not_end_well_goes_back_to_the_queue(store, state):
    job = queue(store)
    claim(store)
    jobs.keep_plan(store, job.id, {"dtype": "float32"})
    jobs.finish(store, job.id, state, error="why")
    again = jobs.requeue(store, job.id)
    assert (again.state, again.error, again.plan) == ("queued", None, {"dtype": "float32"})
    assert claim(store).attempts == 2


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_any_other_job_cannot_be_resumed(store, state):
    job = queue(store)
    if state != "queued":
        claim(store)
    if state == "done":
        jobs.finish(store, job.id, "done")
    with pytest.raises(JobError, match=f"Job {job.id} is {state} and cannot be resumed"):
        jobs.requeue(store, job.id)
    assert jobs.by_id(store, job.id).state == state


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_is_asked(store):
    first, second = queue(store), queue(store)
    claim(store)
    assert jobs.request_cancel(store, second.id) == "cancelled"
    assert jobs.request_cancel(store, first.id) == "running"
    assert jobs.cancel_requested(store, first.id)


def test_a_job_that_is_not_running_any_more_should_stop(store):
    job = queue(store)
    claim(store)
    assert not jobs.cancel_requested(store, job.id)
    jobs.finish(store, job.id, "lost")
    assert jobs.cancel_requested(store, job.id)


def test_an_unknown_job_is_named(store):
    with pytest.raises(JobError, match="There is no job 7"):
        jobs.by_id(store, 7)


def test_a_step_that_is_repeated_replaces_its_numbers_and_nan_is_left_out(store):
    job = queue(store)
    jobs.add_metrics(store, job.id, 1, {"loss": 0.9})
    jobs.add_metrics(store, job.id, 2, {"loss": float("nan")})
    jobs.add_metrics(store, job.id, 1, {"loss": 0.7})
    assert jobs.metrics(store, job.id) == {"loss": [(1, 0.7)]}
