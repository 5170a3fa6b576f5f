"""What a run cost, from what was measured of its batches."""

from __future__ import annotations

from math import isnan

import answered_runs
import pytest

from workbench.store import run_costs
from workbench.store.run_costs import Cost
from workbench.views.efficiency import run_cost


@pytest.fixture
def run(store):
    return answered_runs.run(store, [0, 1]).id


def keep(store, run, *costs):
    for one in costs:
        run_costs.add(store, run, one)


def test_a_run_that_was_not_measured_has_no_cost(store, run):
    assert run_cost(store, run) is None


def test_batches_are_put_together_by_their_sums(store, run):
    keep(store, run, Cost(2.0, 100, 1, 1.0, 5000), Cost(1.0, 50, 2, 2.0, 9000))
    found = run_cost(store, run)
    assert found.seconds_per_item.interval.estimate == 1.0  # 3 s, 3 items
    assert found.tokens_per_second.interval.estimate == 50.0  # 150 tokens, 3 s
    assert (found.peak_memory.interval.estimate, found.truncated) == (9000, 3)
    assert found.seconds_per_item.interval.n == 2
    assert found.seconds_per_item.reason == "n = 2 is too small for an interval"


def test_enough_batches_have_an_interval_around_their_value(store, run):
    keep(store, run, *(Cost(1.0, 10, 0, 1.0 + at % 3, None) for at in range(12)))
    at = run_cost(store, run).seconds_per_item.interval
    assert at.low < at.estimate == 2.0 < at.high


def test_what_nobody_counts_or_tells_is_no_zero(store, run):
    keep(store, run, Cost(1.0, 0, 0, 1.0, None))
    found = run_cost(store, run)
    assert isnan(found.tokens_per_second.interval.estimate)
    assert found.tokens_per_second.reason == "the engine counts no tokens"
    assert isnan(found.peak_memory.interval.estimate)
    assert found.peak_memory.reason.startswith("the memory is not this machine's")
