from __future__ import annotations

from random import Random

import pytest

from workbench.perturbations._keyboards import LAYOUTS, neighbours
from workbench.perturbations.keyboard_typos import perturb


def test_the_neighbours_of_g_are_those_around_it():
    # qwertyuiop / asdfghjkl / zxcvbnm: t y above, f h beside, v b below
    assert set(neighbours("qwerty")["g"]) == set("tyfhvb")


def test_a_corner_has_few_neighbours():
    assert set(neighbours("qwerty")["q"]) == set("wa")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_neighbours_are_mutual(layout):
    near = neighbours(layout)
    assert all(letter in near[other] for letter in near for other in near[letter])


def test_case_and_length_stay():
    changed = perturb("Hello WORLD", 1.0, Random(1))
    assert [c.isupper() for c in changed] == [c.isupper() for c in "Hello WORLD"]
    assert all(a != b for a, b in zip(changed, "Hello WORLD", strict=True) if b != " ")


def test_severity_is_the_share_of_letters():
    # 10,000 letters at .1: 1,000 expected, standard deviation 30
    text = "abcdefghij " * 1000
    changed = perturb(text, 0.1, Random(2))
    assert 880 <= sum(a != b for a, b in zip(text, changed, strict=True)) <= 1120


def test_other_scripts_and_accented_letters_stay():
    assert perturb("Привет é e\u0301 ß 東京", 1.0, Random(3)) == "Привет é e\u0301 ß 東京"
