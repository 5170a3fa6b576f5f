"""What a job says of the time it still takes goes by between two words of it, with each sign of life."""

from __future__ import annotations

import time

import pytest

from workbench.spec import JobSpec
from workbench.store import jobs
from workbench.views.jobs import row
from workbench.worker.context import LEAST_SECONDS, WarmModel, WorkerContext


@pytest.fixture
def now(monkeypatch):
    """The clock: a list of one number, in seconds."""
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def context(store, now):
    jobs.enqueue(store, JobSpec("bench", {}), "heavy", "bench")
    return WorkerContext(store, jobs.claim(store, "heavy", 1, 0.0, "here"), WarmModel())


def left(store, context):
    """As a screen shows it after the next sign of life."""
    jobs.beat(store, context.job_id, context.pace)
    return row(store, jobs.by_id(store, context.job_id)).eta


def test_it_goes_by(store, context, now):
    context.progress(10, 70, left=lambda: 120.0)
    now[0] += 30.0
    assert left(store, context) == pytest.approx(90.0)


def test_of_an_even_pace_too(store, context, now):
    context.progress(0, 100)
    now[0] += 10.0
    context.progress(20, 100)  # 2 a second: 80 take 40 s
    now[0] += 15.0
    assert left(store, context) == pytest.approx(25.0)


def test_a_job_that_takes_longer_than_it_said_is_about_to_end(store, context, now):
    context.progress(10, 70, left=lambda: 120.0)
    now[0] += 500.0
    assert left(store, context) == pytest.approx(LEAST_SECONDS)


def test_nothing_is_said_before_the_job_knows(store, context, now):
    context.progress(0, 70, left=lambda: None)
    now[0] += 3.0
    assert left(store, context) is None


def test_what_is_left_is_counted_only_when_it_is_written(context, now):
    asked = []
    for _ in range(10):
        now[0] += 0.1  # written at most twice a second
        context.progress(1, 70, left=lambda: asked.append(1))
    assert len(asked) == 2
