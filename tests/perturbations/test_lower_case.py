from __future__ import annotations

from random import Random

from workbench.perturbations.lower_case import perturb


def test_at_severity_one_every_word_is_in_lower_case():
    assert perturb("The NASA Probe is Here", 1.0, Random(1)) == "the nasa probe is here"


def test_severity_is_the_share_of_words_with_a_capital():
    # 2,000 words at .1: 200 expected, standard deviation 13
    changed = perturb("Word plain " * 2000, 0.1, Random(4)).split()
    assert 150 <= changed.count("word") <= 250


def test_a_word_with_a_digit_keeps_its_capital():
    assert perturb("Vitamin B12", 1.0, Random(1)) == "vitamin B12"
