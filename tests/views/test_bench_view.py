"""Benchmark runs as a screen and the command line see them."""

from __future__ import annotations

from math import sqrt

import answered_runs
import pytest

from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson
from workbench.store import contamination, models, runs
from workbench.views import bench
from workbench.views.bench import RunRow


def test_a_finished_run_has_an_interval_and_a_guess(store):
    answered_runs.run(store, [0, 0, 1, 2])
    (row,) = bench.run_rows(store)
    assert (row.accuracy, row.guess, row.answered) == (wilson(2, 4), pytest.approx(1 / 3), 4)


def test_an_accuracy_is_what_its_job_measured_where_items_are_half_right(store):
    # the mean of .9, .4 and .6, and no share of those over a half: a probability mass, of which nothing is a guess
    answered_runs.scored(store, [0.9, 0.4, 0.6])
    (row,) = bench.run_rows(store)
    assert row.accuracy == Interval(*(pytest.approx(x) for x in (1.9 / 3, 1.9 / 3 - 0.1, 1.9 / 3 + 0.1)), 3)
    assert (row.guess, row.binary) == (None, False)


def test_items_that_are_half_right_are_none_of_the_wrong_ones(store):
    assert bench.part_of(store, answered_runs.scored(store, [0.9, 0.4]).id, "wrong", ()) == []
    assert bench.part_of(store, answered_runs.scored(store, [1.0, 0.0], "exact_match").id, "wrong", ()) == [4]


def test_what_is_known_so_far_is_of_the_metric_that_the_run_will_have(store):
    answered_runs.scored(store, [1.0, 0.0, 1.0], "exact_match", finished=False)
    answered_runs.scored(store, [0.5, 0.25, 0.75], "rouge1", finished=False)
    rouge, exact = bench.run_rows(store)
    assert (exact.metric, exact.so_far) == ("exact_match", wilson(2, 3))
    # the mean of the three, within Student's t: the standard deviation is 1/4
    assert (rouge.metric, rouge.so_far.estimate, rouge.so_far.n) == ("rouge1", pytest.approx(0.5), 3)
    assert rouge.so_far.low == pytest.approx(0.5 - 4.303 * 0.25 / sqrt(3), abs=0.01)


def test_of_a_metric_of_all_items_together_nothing_is_known_before_the_end(store):
    task = runs.add_task(store, "together", "1", {"metric_list": [{"metric": "mcc"}]}, [{"q": "a"}])
    begun = runs.begin(store, answered_runs.asked(store, "small").id, "w", task, runs.CLEAN, {}, 1, None)
    (item,) = runs.item_ids(store, task.id)
    runs.add_answers(store, begun.id, [runs.Answer(item, "a", (" b", " c"), 0, 0, False, {"acc": 1.0})], "acc")
    (row,) = bench.run_rows(store)
    assert (row.metric, row.so_far, row.answered) == ("mcc", None, 1)


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


def test_what_was_seen_in_training_is_found_after_the_run_is_finished(store):
    model = models.add(store, "seen", "-", "trained", None, "w", None, None, {"data": {"which": "f"}})
    run = answered_runs.run(store, [0, 1], model=model.name)
    before = bench.run_rows(store)
    contamination.keep(store, runs.task_hash(store, run.task_id), "f", [1])
    assert [row.contaminated for row in (*before, *bench.run_rows(store, known=before))] == [None, 1]


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


SYSTEM = "<|system|>\nYou are helpful.\n<|user|>\n"


@pytest.mark.parametrize(
    ("contexts", "questions"),
    [
        ([f"{SYSTEM}One?\nA:", f"{SYSTEM}Two?\nA:"], ["One?\nA:", "Two?\nA:"]),
        (["Who is Ann?", "Who is Bob?"], ["Who is Ann?", "Who is Bob?"]),  # the words of a line stay whole
        ([f"{SYSTEM}One?", f"{SYSTEM}One?"], ["One?", "One?"]),
    ],
)
def test_the_lines_that_every_item_begins_with_are_left_out_of_its_question(store, contexts, questions):
    asked(store, contexts, questions, {})


@pytest.mark.parametrize(
    ("contexts", "questions"),
    [
        (["Q: 1?\nA: 2\n\nQ: One?\nA:", "Q: 3?\nA: 4\n\nQ: Two?\nA:"], ["One?\nA:", "Two?\nA:"]),
        (["x\n\n1?\n\ny\n\nOne?", "z\n\n2?\n\nv\n\nTwo?"], ["y\n\nOne?", "v\n\nTwo?"]),  # each of two parts
        (["Hello.\n\n1?\n\nOne?", "Hello.\n\n2?\n\nTwo?"], ["One?", "Two?"]),  # a description stands before them
    ],
)
def test_examples_that_each_item_has_of_its_own_are_left_out_of_its_question(store, contexts, questions):
    asked(store, contexts, questions, {"num_fewshot": 1, "doc_to_text": "Q: {{q}}"})


def asked(store, contexts, questions, definition):
    """Items that were sent so have these questions."""
    task = runs.add_task(store, "in lines", "1", definition, [{"q": text} for text in "ab"])
    begun = runs.begin(store, answered_runs.asked(store, "small").id, "w", task, runs.CLEAN, {}, 2, None)
    items = runs.item_ids(store, task.id)
    answers = [runs.Answer(item, text, (), None, None, False, {}) for item, text in zip(items, contexts, strict=True)]
    runs.finish(store, begun.id, answers, {})
    assert [row.question for row in bench.item_rows(store, begun.id)] == questions
    assert bench.item_rows(store, begun.id, items[1:])[0].question == questions[1]


@pytest.mark.parametrize(
    ("definition", "words"),
    [({}, ""), ({"num_fewshot": 0}, ""), ({"num_fewshot": 5}, "5-shot"),
     ({"num_fewshot": 5, "chat_template": True}, "5-shot, chat template")],
)  # fmt: skip
def test_how_a_task_was_asked_in_words(definition, words):
    assert bench.asked_words(definition) == words


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
