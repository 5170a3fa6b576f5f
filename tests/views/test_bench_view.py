"""Benchmark runs as a screen and the command line see them."""

from __future__ import annotations

import answered_runs
import pytest

from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson
from workbench.store import runs
from workbench.views import bench
from workbench.views.bench import RunRow


def test_a_finished_run_has_an_interval_and_a_guess(store):
    answered_runs.run(store, [0, 0, 1, 2])
    (row,) = bench.run_rows(store)
    assert (row.accuracy, row.guess, row.answered) == (wilson(2, 4), pytest.approx(1 / 3), 4)


def test_an_unfinished_run_has_only_how_far_it_is(store):
    answered_runs.unfinished(store, 4)
    (row,) = bench.run_rows(store)
    assert (row.finished, row.accuracy, row.guess, row.answered, row.items) == (False, None, None, 0, 4)


def test_runs_of_bias_probes_are_no_benchmark_runs(store):
    answered_runs.run(store, [0], task="bias/pairs_gender")
    mine = answered_runs.run(store, [0], task="biased news")
    assert [row.id for row in bench.run_rows(store)] == [mine.id]


def test_perturbed_runs_are_left_out_where_only_clean_ones_are_wanted(store):
    clean = answered_runs.run(store, [0])
    answered_runs.run(store, [0], {"perturbation": "typos", "severity": 0.1})
    assert [row.id for row in bench.run_rows(store, clean_only=True)] == [clean.id]


def test_rows_of_finished_runs_are_taken_from_an_earlier_look(store):
    answered_runs.run(store, [0])
    answered_runs.unfinished(store, 4)
    before = bench.run_rows(store)
    after = bench.run_rows(store, known=before)
    assert [one is other for one, other in zip(before, after, strict=True)] == [False, True]


# of 100 items; low > .25, high < .25, or .25 within
@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.3, 0.5, "better than guessing"),
        (0.1, 0.2, "worse than guessing"),
        (0.2, 0.3, "no difference from guessing can be seen (n 100)"),
    ],
)
def test_an_accuracy_stands_to_guessing_in_words(low, high, words):
    found = Interval((low + high) / 2, low, high, 100)
    row = RunRow(1, "m", "t", "1", "clean", 100, "acc", found, 0.25, "", 100, None)
    assert bench.against_guess(row) == words


def test_the_wrong_items_and_the_close_ones(store):
    run = answered_runs.run(store, [0, 1, 0, 2], lead=0.6)
    far = answered_runs.run(store, [0, 1], model="sure", lead=0.7)  # ln 2 = 0.693
    assert bench.part_of(store, run.id, "wrong", ()) == [2, 4]
    assert bench.part_of(store, run.id, "close", ()) == [1, 2, 3, 4]
    assert bench.part_of(store, far.id, "close", ()) == []
    assert bench.part_of(store, run.id, "all", ()) is None


def test_words_are_looked_for_within_the_part(store):
    run = answered_runs.run(store, [0, 1, 0, 1])
    assert bench.part_of(store, run.id, "all", ["QUESTION", "1"]) == [2]
    assert bench.part_of(store, run.id, "wrong", ["question"]) == [2, 4]
    assert bench.part_of(store, run.id, "wrong", ["0"]) == []


def test_a_page_holds_the_rows_of_the_whole(store):
    run = answered_runs.run(store, [0, 1, 0, 2, 0])
    whole = bench.item_rows(store, run.id)
    assert bench.item_page(store, run.id, None, 1, 3) == whole[1:3]
    assert bench.item_page(store, run.id, [5, 2, 1], 0, 2) == [whole[4], whole[1]]
    assert [row.position for row in bench.item_page(store, run.id, [5], 0, 1)] == [5]


def test_a_question_stands_without_the_words_every_item_begins_with(store):
    run = answered_runs.run(store, [0])
    (row,) = bench.item_rows(store, run.id)
    assert (row.context, row.question) == ("Q: question 0", "question 0")


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (runs.CLEAN, "clean"),
        ({"perturbation": "typos", "severity": 0.02, "seed": 0}, "typos 0.02"),
        ({"perturbation": "typos", "severity": 0.1, "seed": 7}, "typos 0.1, seed 7"),
        ({"perturbation": "clean-rerun"}, "clean-rerun"),
        ({"counterfactual": "gender-names", "arm": "swap"}, "counterfactual gender-names, arm swap"),
        ({"order": [2, 1]}, "order [2, 1]"),
    ],
)
def test_a_variant_in_words(variant, words):
    assert bench.variant_words(variant) == words
