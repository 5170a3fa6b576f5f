"""Two runs, and two models on all their tasks, compared as a screen and the command line see them."""

from __future__ import annotations

from math import isnan

import answered_runs
import pytest

from workbench.errors import UsageError
from workbench.statistics.paired import tango
from workbench.statistics.proportion import wilson
from workbench.store import runs, simple_classifier
from workbench.views.compare import compare
from workbench.views.compare_models import compare_models


def test_flipped_items_are_those_that_changed_sides(store):
    first = answered_runs.run(store, [0, 0, 1, 1])
    second = answered_runs.run(store, [0, 1, 0, 2], model="other")
    found = compare(store, first.id, second.id)
    assert found.flipped == (2, 3)
    assert (found.n, found.paired.gained, found.paired.lost) == (4, 1, 1)


def test_a_comparison_across_tasks_names_both(store):
    first, second = answered_runs.run(store, [0]), answered_runs.run(store, [0], task="another")
    with pytest.raises(UsageError, match=r"Runs 1 \(a task 1\) and 2 \(another 1\) are not on the same version"):
        compare(store, first.id, second.id)


def test_an_unfinished_run_is_not_compared(store):
    first, second = answered_runs.run(store, [0]), answered_runs.unfinished(store, 1, model="other")
    with pytest.raises(UsageError, match="not finished"):
        compare(store, first.id, second.id)


def test_too_few_items_say_so_instead_of_a_number(store):
    first, second = answered_runs.run(store, [0, 0]), answered_runs.run(store, [0, 1], model="other")
    words = compare(store, first.id, second.id).verdict
    assert words == "Nothing can be said: n = 2 is too small for any difference to be seen."


def test_more_items_are_another_version_of_the_task(store):
    first, second = (_asked(store, model, {}, items) for model, items in (("one", 2), ("other", 3)))
    with pytest.raises(UsageError, match=r"not on the same version of one task: their items differ \(2 and 3\)"):
        compare(store, first.id, second.id)


def test_another_number_of_examples_is_named(store):
    first, second = (_asked(store, model, {"num_fewshot": shots}) for model, shots in (("one", 0), ("other", 5)))
    with pytest.raises(UsageError, match=r"number of examples \(0 and 5\) differs"):
        compare(store, first.id, second.id)


def test_results_that_were_imported_too_early_are_to_be_imported_again(store):
    first, second = (_asked(store, model, {"num_fewshot": shots}) for model, shots in (("one", 0), ("other", 5)))
    with store.write() as db:
        db.execute("UPDATE runs SET settings = json_set(settings, '$.imported', json('{}')) WHERE id = ?", (second.id,))
    with pytest.raises(UsageError, match=f"differs. Import the results of run {second.id} again"):
        compare(store, first.id, second.id)


def test_other_words_of_the_same_version_are_refused(store):
    first = answered_runs.run(store, [0, 0])
    second = answered_runs.run(store, [0, 0], model="other", text="Another question")
    with pytest.raises(UsageError, match="2 of 2 items were sent in other words"):
        compare(store, first.id, second.id)


def test_another_precision_is_warned_of(store):
    first = answered_runs.run(store, [0], settings={"dtype": "float32", "threads": 1})
    second = answered_runs.run(store, [0], model="other", settings={"dtype": "bfloat16", "threads": 2})
    assert compare(store, first.id, second.id).warnings == (
        "They were computed differently: dtype float32 and bfloat16.",
    )


def test_variants_of_the_same_items_are_warned_of(store):
    first = answered_runs.run(store, [0])
    second = answered_runs.run(store, [0], {"perturbation": "typos", "severity": 0.1}, text="Q: qeustion")
    assert compare(store, first.id, second.id).warnings == (
        "They are variants of the same items: clean and typos 0.1.",
    )


def test_two_models_are_compared_on_every_task_of_both_and_p_is_corrected_for_their_number(store):
    for task, right in (("one", 8), ("two", 6)):
        answered_runs.run(store, [1] * 8, task=task)
        answered_runs.run(store, [0] * right + [1] * (8 - right), task=task, model="other")
    answered_runs.run(store, [0], task="three")
    found = compare_models(store, "small", "other")
    assert [row.task for row in found.tasks] == ["one", "two"]
    # exact McNemar: 8 of 8 flips up 2 / 2^8, 6 of 6 2 / 2^6; Holm doubles the smaller one
    assert [row.found.paired.p for row in found.tasks] == [2 / 256, 2 / 64]
    assert [row.adjusted for row in found.tasks] == [4 / 256, 2 / 64]
    assert found.tasks[0].verdict == "The second is better (n 8, p 0.016 after Holm over 2 tasks)."
    assert (found.only_first, found.only_second) == (("three",), ())
    assert found.verdict == "other is better on one, two, of 2 tasks."


def test_a_task_without_a_test_is_not_counted_among_those_corrected_for(store):
    for task, right in (("one", 8), ("two", 6)):
        answered_runs.run(store, [1] * 8, task=task)
        answered_runs.run(store, [0] * right + [1] * (8 - right), task=task, model="other")
    for model in ("small", "other"):  # of what a task sums up in its own way there is no p
        answered_runs.scored(store, [0.2, 0.3, 0.4], "rho", model=model, aggregation="my_own")
    found = compare_models(store, "small", "other")
    assert [row.adjusted for row in found.tasks[1:]] == [4 / 256, 2 / 64]  # as of two tasks
    assert found.tasks[1].verdict == "The second is better (n 8, p 0.016 after Holm over 2 tasks)."
    assert found.verdict == "other is better on one, two, of 2 tasks. 1 could not be compared."


def test_what_a_task_sums_up_in_its_own_way_is_said_not_to_be_paired(store):
    one, other = (
        answered_runs.scored(store, [0.2, 0.3, last] * 4, "rho", model=model, aggregation="my_own")
        for model, last in (("small", 0.4), ("other", 0.7))
    )
    found = compare(store, one.id, other.id)
    assert (found.test, round(found.paired.difference.estimate, 3), isnan(found.paired.p)) == ("not paired", 0.1, True)
    assert "rho is summed up over all items in the task's own way, my_own" in found.verdict


def test_the_newest_runs_that_were_asked_the_same_are_taken(store):
    kept = _asked(store, "one", {}), _asked(store, "other", {})
    _asked(store, "other", {"num_fewshot": 5})
    (row,) = compare_models(store, "one", "other").tasks
    assert (row.found.first.id, row.found.second.id) == tuple(run.id for run in kept)


def test_a_task_that_was_asked_differently_says_why_it_is_not_compared(store):
    _asked(store, "one", {})
    _asked(store, "other", {"num_fewshot": 5})
    (row,) = compare_models(store, "one", "other").tasks
    assert row.found is None
    assert "number of examples (none and 5) differs" in row.verdict


def test_guessing_stands_below_both(store):
    answered_runs.run(store, [0, 0, 0])
    answered_runs.run(store, [1, 1, 1], model="other")
    ((guess,),) = (row.found.baselines for row in compare_models(store, "small", "other").tasks)
    # three choices: right on all is 2/3 above 1/3, right on none 1/3 below it
    assert (guess.value.estimate, guess.first.estimate, guess.second.estimate) == pytest.approx((1 / 3, 2 / 3, -1 / 3))


def test_a_classifier_that_counts_words_stands_below_both_paired_by_item(store):
    """Right on 1 of 4; the models on 4 and 2: three gained, none lost, and one of each."""
    first = answered_runs.run(store, [0, 0, 0, 0])
    answered_runs.run(store, [1, 0, 0, 1], model="other")
    simple_classifier.keep(store, runs.task_hash(store, first.task_id), [True, False, False, False])
    ((_, counted),) = (row.found.baselines for row in compare_models(store, "small", "other").tasks)
    assert (counted.name, counted.value) == ("TF-IDF", wilson(1, 4))
    assert (counted.first, counted.second) == (tango(3, 0, 4), tango(2, 1, 4))


def test_models_without_a_task_in_common_are_told_what_to_do(store):
    answered_runs.run(store, [0])
    answered_runs.run(store, [0], model="other", task="another")
    with pytest.raises(UsageError, match="no finished runs of one task in common"):
        compare_models(store, "small", "other")


def _asked(store, model, definition, items=2):
    """A finished run of the task `asked` in this definition."""
    docs = [{"q": str(at)} for at in range(items)]
    task = runs.add_task(store, "asked", "1", definition, docs)
    begun = runs.begin(store, answered_runs.asked(store, model).id, "w", task, runs.CLEAN, {}, items, None)
    answers = [
        runs.Answer(item, "a question", answered_runs.CHOICES, 0, 0, False, {"acc": 1.0})
        for item in runs.item_ids(store, task.id)
    ]
    runs.finish(store, begun.id, answers, {"acc": 1.0})
    return runs.by_id(store, begun.id)
