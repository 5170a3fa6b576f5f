"""A benchmark through a real worker: every answer kept, the same after a kill, paired with another model's."""

from __future__ import annotations

import pytest
import running

from workbench.statistics.proportion import wilson
from workbench.store import run_costs, runs, simple_classifier
from workbench.views import bench
from workbench.views.compare import compare


def bench_tiny(store, **values):
    return running.done(store, "bench", model="tiny", task="multiple_choice", limit=12, **values)


@pytest.fixture(scope="module")
def run(shared, cache):
    """The id of the run that these tests read."""
    return bench_tiny(shared).result["run"]


def test_every_answer_is_kept_with_its_choices(shared, run):
    rows = bench.item_rows(shared, run)
    assert len(rows) == 12
    for row in rows:
        assert len(row.logprobs) == len(row.choices) == 4
        assert row.answer == max(range(4), key=lambda at: row.logprobs[at])
        assert row.correct == (row.answer == row.gold)


def test_the_interval_is_wilsons_over_the_items(shared, run):
    right = sum(row.correct for row in bench.item_rows(shared, run))
    row = bench.run_rows(shared)[0]
    assert row.accuracy == wilson(right, 12)
    assert row.guess == 0.25


def test_a_second_run_of_the_same_thing_costs_nothing(shared, run):
    assert bench_tiny(shared).result["run"] == run
    assert len(runs.all_runs(shared)) == 1


def test_a_run_keeps_how_it_was_scored(shared, run):
    settings = runs.by_id(shared, run).settings
    assert (settings["scoring"], settings["dtype"]) == ("prefix tree", "float32")


def test_a_run_keeps_what_its_batches_cost(store, cache, ended):
    run = bench_tiny(store).result["run"]
    found = run_costs.of(store, run)
    assert sum(one.items for one in found) == pytest.approx(12)
    assert all(one.tokens > 0 and one.seconds > 0 and one.truncated == 0 for one in found)
    bench_tiny(store)
    assert run_costs.of(store, run) == found  # asked again, nothing is computed


def test_a_killed_run_goes_on_to_the_same_numbers(store, cache, ended, tmp_path):
    job = running.submit(store, "bench", model="tiny", task="multiple_choice")
    job = running.until(store, job.id, lambda job: job.done > 0 or job.ended)
    if running.kill(store, job).state == "lost":
        running.launch.resume(store, job.id)
    whole = [row.logprobs for row in bench.item_rows(store, running.finished(store, job.id).result["run"])]
    with running.other(tmp_path / "other") as second:
        again = running.done(second, "bench", model="tiny", task="multiple_choice")
        assert [row.logprobs for row in bench.item_rows(second, again.result["run"])] == whole


def test_a_run_compared_with_itself_shows_no_difference(shared, run):
    found = compare(shared, run, run)
    assert (found.paired.difference.estimate, found.paired.gained, found.paired.lost, found.flipped) == (0, 0, 0, ())
    assert "No difference can be seen with n 12" in found.verdict


def test_of_a_classification_it_is_told_what_counting_words_gets_right(shared, run):
    """Of 40 reviews 22 are positive; questions with choices of their own are no classification."""
    asked = runs.by_id(shared, running.done(shared, "bench", model="tiny", task="sentiment", limit=40).result["run"])
    told = simple_classifier.right(shared, runs.task_hash(shared, asked.task_id))
    assert told is not None
    assert len(told) == 40
    assert simple_classifier.right(shared, runs.task_hash(shared, runs.by_id(shared, run).task_id)) is None
