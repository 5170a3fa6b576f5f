"""Relatives are a text, its misspelt forms and its twins; other questions on one template are strangers."""

from __future__ import annotations

import random

import pytest

from workbench.data.families import families
from workbench.perturbations import get, names

ASKED = "Mary asked her mother how a carpenter measures the height of a door frame."


def related(*texts):
    found = families(range(len(texts)), lambda ids: [texts[at] for at in ids])
    return {at: found.get(at, at) for at in range(len(texts))}


@pytest.mark.parametrize(
    "relative",
    [
        "John asked his father how a carpenter measures the height of a door frame.",
        "Mary asked her mother how a carpenter mesaures the height of a dorr frame.",
        "mary asked her mother how a carpenter measures the height of a door frame",
        ASKED,
    ],
)
def test_a_twin_and_a_misspelt_form_are_relatives(relative):
    assert related("What is rain?", ASKED, relative) == {0: 0, 1: 1, 2: 1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Write a short poem about cats.", "Write a short poem about dogs."),
        ("What is 17 times 3?", "What is 17 times 4?"),
        ("Question 1: what now?", "Question 2: what now?"),
        ("Why is the sky blue?", "Why is the sea salty?"),
    ],
)
def test_another_question_on_one_template_is_a_stranger(one, other):
    assert related(one, other) == {0: 0, 1: 1}


def test_relatives_of_relatives_are_found_among_strangers_of_one_template():
    texts = [f"Write a short poem about {what} for a friend." for what in ("cats", "dogs", "music", "muisc")]
    assert related(*texts) == {0: 0, 1: 1, 2: 2, 3: 2}


@pytest.mark.parametrize("name", names())
def test_every_perturbation_leaves_a_relative(name):
    for seed in range(20):
        perturbed = get(name).perturb(ASKED, 0.02, random.Random(seed), ())
        assert related(ASKED, perturbed) == {0: 0, 1: 0}, perturbed


def test_no_text_and_an_empty_one():
    assert related() == {}
    assert related("", "") == {0: 0, 1: 1}
