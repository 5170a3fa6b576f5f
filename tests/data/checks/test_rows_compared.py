"""Checks that hold rows against each other."""

from __future__ import annotations

import random

import pytest
from check_rows import answered, asked, preferred

from workbench.data.checks import contradictions, duplicates, identical_pairs, near_duplicates
from workbench.data.checks._minhash import jaccard, near, shingles
from workbench.data.checks._words import words


def only(findings):
    (finding,) = findings
    return finding


def test_duplicates_differ_in_case_and_spaces_alone():
    found = only(duplicates.findings(asked("Open the door!", "open  the\ndoor!", "Open the door?")))
    assert (found.number, found.examples[0].rows) == (1, (2, 1))


def test_an_answer_makes_a_row_another():
    assert only(duplicates.findings(answered(("Q?", "A."), ("Q?", "B.")))).number == 0


def test_a_sign_makes_a_row_another():
    assert only(duplicates.findings(asked("What is 5 + 3?", "What is 5 - 3?"))).number == 0


SENTENCE = words("the old mill stands beside the river and turns its wheel all day long")


def test_one_changed_word_makes_a_near_duplicate():
    # 14 words are 12 runs of three; another last word changes one of them: 11 shared of 13 in all = .846
    changed = [*SENTENCE[:-1], "short"]
    found = only(near_duplicates.findings(asked(" ".join(SENTENCE), "Something else entirely.", " ".join(changed))))
    assert (found.number, found.examples[0].rows) == (1, (3, 1))
    assert found.examples[0].text.startswith("0.85: ")


def test_three_changed_words_do_not():
    # words 2, 7 and 12 changed: 3 runs each, 12 - 9 = 3 shared of 21 in all = .143
    changed = [word if at not in (2, 7, 12) else "x" for at, word in enumerate(SENTENCE)]
    assert only(near_duplicates.findings(asked(" ".join(SENTENCE), " ".join(changed)))).number == 0


def test_an_exact_duplicate_is_not_counted_as_a_near_one():
    assert only(near_duplicates.findings(asked(" ".join(SENTENCE), " ".join(SENTENCE).upper()))).number == 0


def test_the_similarity_of_two_sets_is_shared_over_all():
    a, b = shingles(words("a b c d e")), shingles(words("a b c d f"))  # abc bcd cde against abc bcd cdf
    assert jaccard(a, b) == 2 / 4
    assert jaccard(a, shingles(["a", "b"])) == 0.0


def test_bands_find_what_comparing_every_two_finds():
    rng = random.Random(0)
    texts = [[str(rng.randrange(500)) for _ in range(60)] for _ in range(150)]
    for at in range(0, 150, 3):  # every third text is a copy of the one before with up to four words changed
        texts[at] = list(texts[at - 1])
        for _ in range(rng.randrange(5)):
            texts[at][rng.randrange(60)] = "changed"
    sets = [shingles(text) for text in texts]
    expected = {b for b in range(150) for a in range(b) if jaccard(sets[a], sets[b]) >= 0.7}
    assert set(near(sets, 0.7)) == expected
    assert len(expected) >= 30


def test_a_template_is_found_whatever_fills_it():
    fixed = " ".join(f"word{n}" for n in range(40))
    rows = asked(*(f"{fixed} {n} {n + 1} {n + 2}" for n in range(200)))  # 38 runs shared of 44 in all = .864
    assert only(near_duplicates.findings(rows)).number == 199


@pytest.mark.parametrize(("labels", "number"), [(("0", "1"), 1), (("1", "1"), 0)])
def test_a_text_with_two_labels_is_a_contradiction(labels, number):
    found = only(contradictions.findings(asked("Good film.", "good film.", labels=labels)))
    assert (found.number, found.level) == (number, "error" if number else "note")


def test_a_pair_preferred_both_ways_is_a_contradiction():
    rows = preferred(("Q?", "yes", "no"), ("Q?", "no", "yes"), ("R?", "no", "yes"))
    found = only(contradictions.findings(rows))
    assert (found.number, found.level, found.examples[0].rows) == (1, "error", (2, 1))


def test_rows_without_labels_and_pairs_cannot_contradict():
    assert list(contradictions.findings(asked("a", "a"))) == []


def test_a_pair_of_the_same_answers_is_an_error():
    found = only(identical_pairs.findings(preferred(("Q?", "yes", "yes"), ("Q?", "yes", "no"))))
    assert (found.number, found.level, found.examples[0].rows) == (1, "error", (1,))


def test_a_pair_that_differs_in_capitals_is_a_warning():
    found = only(identical_pairs.findings(preferred(("IN CAPITALS?", "YES", "yes"))))
    assert (found.number, found.level) == (1, "warning")
