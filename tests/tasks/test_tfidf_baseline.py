"""TF-IDF and logistic regression, out of fold."""

from __future__ import annotations

import random

import pytest

from workbench.tasks.tfidf_baseline import tfidf_choices, tfidf_logistic

FELT = [(f"number {n} was {'splendid' if n % 2 else 'dreadful'}", n % 2) for n in range(40)]
TEXTS, LABELS = [text for text, _ in FELT], [label for _, label in FELT]


def test_a_word_that_tells_the_label_is_found():
    assert tfidf_logistic(TEXTS, LABELS) == LABELS


def test_no_item_is_told_from_itself():
    # each text has words of its own and its label is a coin's: only a look at the item itself would tell it
    rng = random.Random(0)
    labels = [rng.randrange(2) for _ in range(80)]
    told = tfidf_logistic([f"word{n} thing{n}" for n in range(80)], labels)
    assert (
        sum(one == other for one, other in zip(told, labels, strict=True)) < 56
    )  # P(56 or more of 80 by chance) < .001


def test_a_family_is_in_one_fold():
    # twins differ in their label alone: one learned from would tell the other wrongly, so all would be wrong
    twins = [f"word{n} thing{n}" for n in range(20) for _ in range(2)]
    labels = [0, 1] * 20
    families = [n // 2 for n in range(40)]
    wrong_way = tfidf_logistic(twins, labels)
    told = tfidf_logistic(twins, labels, families=families)
    assert sum(one == other for one, other in zip(wrong_way, labels, strict=True)) < 10
    assert sum(one == other for one, other in zip(told, labels, strict=True)) >= 10


def test_the_seed_decides():
    rng = random.Random(0)
    labels = [rng.randrange(2) for _ in TEXTS]  # told by chance, as the folds happen to fall
    told = [tfidf_logistic(TEXTS, labels, seed=seed) for seed in (1, 1, 2)]
    assert told[0] == told[1] != told[2]


def test_labels_may_be_texts_and_come_back_as_they_are():
    names = ["good" if label else "bad" for label in LABELS]
    assert tfidf_logistic(TEXTS, names) == names


def test_of_choices_the_one_with_the_telling_word_is_told():
    choices = [[f"a lie {n}", f"a lie {n + 1}", f"the truth {n}"][n % 3 :] + ["a lie"] * (n % 3) for n in range(30)]
    right = [2 - n % 3 for n in range(30)]
    assert tfidf_choices([f"question {n}" for n in range(30)], choices, right) == right


@pytest.mark.parametrize(
    ("labels", "reason"),
    [([1] * 40, "all items have the same label"), ([0] * 37 + [1] * 3, "the label 1 has 3 items, not 4")],
)
def test_what_cannot_be_split_has_a_reason(labels, reason):
    with pytest.raises(ValueError, match=reason):
        tfidf_logistic(TEXTS, labels)
