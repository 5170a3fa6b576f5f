"""The queue: the order that is shown is the one they run in, and each says what runs before it."""

from __future__ import annotations

import pytest

from workbench.errors import JobError
from workbench.spec import JobSpec
from workbench.store import jobs
from workbench.views.jobs import job_rows, runs_next

SPEC = JobSpec("generate", {"model": "tiny"})


def queue(store, after=None, lane="heavy"):
    return jobs.enqueue(store, SPEC, lane, "generate tiny", after).id


def claim(store, lane="heavy"):
    return jobs.claim(store, lane, 1, 0.0, "elsewhere")


def shown(store):
    """[job, what it says] of those that wait."""
    return [(row.id, row.message) for row in job_rows(store) if row.state == "queued"]


def run_all(store):
    """The order in which a worker takes them, each of which ends well."""
    order = []
    while job := claim(store):
        order.append(job.id)
        jobs.finish(store, job.id, "done")
    return order


def test_what_was_put_first_last_runs_first(store):
    first, second, third = queue(store), queue(store), queue(store)
    jobs.put_first(store, second)
    jobs.put_first(store, third)
    assert [job for job, _ in shown(store)] == [third, second, first]
    assert run_all(store) == [third, second, first]


def test_what_comes_later_goes_behind_what_was_put_first(store):
    first, second = queue(store), queue(store)
    jobs.put_first(store, second)
    third = queue(store)
    assert run_all(store) == [second, first, third]


def test_a_job_brings_those_it_waits_for_along(store):
    other, one = queue(store), queue(store)
    two = queue(store, after=one)
    three = queue(store, after=two)
    jobs.put_first(store, three)
    assert [job for job, _ in shown(store)] == [one, two, three, other]
    assert run_all(store) == [one, two, three, other]


def test_a_resumed_one_still_goes_before_what_waits_for_it(store):
    first = queue(store)
    second = queue(store, after=first)
    claim(store)
    jobs.put_first(store, second)
    jobs.finish(store, first, "failed")
    jobs.requeue(store, first)
    assert [job for job, _ in shown(store)] == [first, second] == run_all(store)


def test_each_says_what_runs_before_it_and_how_long_that_takes_still(store):
    running = queue(store)
    claim(store)
    jobs.progress(store, running, 10, 70, "", 0.5)  # 60 left at one in 2 s
    waiting = [queue(store) for _ in range(4)]
    before = "after job 1 (about 2 min 0 s left)"
    assert shown(store) == [
        (waiting[0], before),
        (waiting[1], f"{before}, job 2"),
        (waiting[2], f"{before}, job 2 and 1 more"),
        (waiting[3], f"{before}, job 2 and 2 more"),
    ]
    assert runs_next(store, jobs.put_first(store, waiting[3])) == f"Job 5 runs next, {before}."


def test_the_other_lane_is_nothing_to_wait_for(store):
    queue(store, lane="light")
    claim(store, "light")
    job = queue(store)
    assert shown(store) == [(job, "")]
    assert runs_next(store, jobs.by_id(store, job)) == f"Job {job} runs next, as soon as a worker is there."


def test_one_whose_forerunner_failed_stands_last_and_holds_nobody_up(store):
    first = queue(store)
    second = queue(store, after=first)
    third = queue(store, after=second)
    claim(store)
    jobs.finish(store, first, "failed")
    free = queue(store)
    assert shown(store) == [
        (free, ""),
        (second, "after job 1, which is failed: resume that one"),
        (third, "after job 1, which is failed: resume that one"),
    ]
    assert run_all(store) == [free]


def test_at_work_comes_first_and_what_is_over_last_newest_first(store):
    ids = [queue(store) for _ in range(4)]
    for _ in range(2):
        jobs.finish(store, claim(store).id, "done")
    claim(store)
    assert [row.id for row in job_rows(store)] == [ids[2], ids[3], ids[1], ids[0]]
    assert [row.id for row in job_rows(store, 3)] == [ids[2], ids[3], ids[1]]


@pytest.mark.parametrize("state", ["running", "done"])
def test_only_one_that_waits_can_be_put_first(store, state):
    job = queue(store)
    claim(store)
    if state == "done":
        jobs.finish(store, job, "done")
    with pytest.raises(JobError, match=f"Job {job} is {state}, and only one that waits can be put first"):
        jobs.put_first(store, job)
