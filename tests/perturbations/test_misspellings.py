from __future__ import annotations

from random import Random

from workbench.perturbations.misspellings import perturb


def test_a_word_takes_one_of_its_misspellings():
    assert {perturb("the", 1.0, Random(seed)) for seed in range(20)} == {"teh", "hte"}


def test_the_case_of_the_word_is_kept():
    assert perturb("Which WHICH which", 1.0, Random(1)) == "Whcih WHCIH whcih"


def test_a_curly_apostrophe_stays_curly():
    found = {perturb("isn’t", 1.0, Random(seed)) for seed in range(20)}
    assert found == {"isnt", "is’nt"}


def test_a_word_within_another_stays():
    assert perturb("lathered, theory, with2, with_me", 1.0, Random(1)) == "lathered, theory, with2, with_me"


def test_severity_is_the_share_of_words_on_the_list():
    # 2,000 words at .1: 200 expected, standard deviation 13
    changed = perturb("which zebra " * 2000, 0.1, Random(4)).split()
    assert 150 <= changed.count("whcih") <= 250
    assert changed.count("zebra") == 2000
