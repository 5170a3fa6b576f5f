"""What a classification is measured by beside its task's own metrics, from answers and log-probabilities."""

from __future__ import annotations

from math import inf, isnan, log

import pytest

from workbench.store.runs import Answer
from workbench.tasks.class_metrics import class_metrics, classes
from workbench.tasks.kept_metrics import class_of

CHOICES = (" no", " yes")


def answer(gold, given, logprobs=(-1.0, -2.0), choices=CHOICES):
    return Answer(1, "asked", choices, gold, given, False, {}, logprobs)


def test_f1_is_that_of_the_answers():
    # gold 1 is found in 2 of 3 items and called 3 times: F1 4 / 6; gold 0 in 1 of 2, called twice: 2 / 4
    pairs = [(1, 1), (1, 1), (1, 0), (0, 0), (0, 1)] * 4
    found = class_metrics([answer(*pair) for pair in pairs])
    assert {name: found[name]["value"] for name in ("f1[1]", "f1[0]", "f1_macro", "f1_micro", "recall[0]")} == {
        "f1[1]": pytest.approx(2 / 3), "f1[0]": 0.5, "f1_macro": pytest.approx(7 / 12), "f1_micro": 0.6,
        "recall[0]": 0.5,
    }  # fmt: skip
    assert found["f1[1]"]["low"] < 2 / 3 < found["f1[1]"]["high"]
    assert (found["f1_macro"]["n"], found["f1_macro"]["reason"]) == (20, None)


def test_probabilities_are_shares_of_the_choices():
    # likelihoods .06 and .02 are shares .75 and .25; right throughout: Brier 2 * .25 ** 2, and .25 off in its one bin
    found = class_metrics([answer(0, 0, (log(0.06), log(0.02)))] * 12)
    assert (found["brier"]["value"], found["ece"]["value"]) == (pytest.approx(0.125), pytest.approx(0.25))
    assert (found["ece"]["higher_is_better"], found["f1_micro"]["higher_is_better"]) == (False, True)


def test_choices_that_are_all_impossible_are_alike():
    assert class_metrics([answer(0, 0, (-inf, -inf))])["brier"]["value"] == 0.5  # (1 - .5)^2 + .5^2


def test_few_items_have_values_and_no_interval():
    found = class_metrics([answer(1, 1)] * 3)
    assert (found["f1_macro"]["value"], isnan(found["f1_macro"]["low"])) == (1, True)
    assert found["f1_macro"]["reason"] == "n = 3 is too small for an interval"


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [answer(0, 0), answer(0, 0, choices=("a", "b"))],
        [answer(0, 0), answer(None, 0)],
        [answer(None, 0, (-1.0,), (" word",))],
        [answer(None, None, (), ())],
    ],
    ids=["none", "own choices", "no gold", "one continuation", "written"],
)
def test_what_is_no_classification_has_no_classes(answers):
    assert (classes((one.choices, one.gold) for one in answers), class_metrics(answers)) == ((), {})


@pytest.mark.parametrize(("name", "number"), [("f1[12]", 12), ("f1_macro", None), ("acc", None), ("f1[yes]", None)])
def test_a_metric_of_one_class_names_its_number(name, number):
    assert class_of(name) == number
