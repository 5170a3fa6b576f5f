"""How the bundled tasks score an item, derived by hand."""

from __future__ import annotations

from math import log

import pytest

from workbench.tasks import item_scores

TOKENS = ["Ada", "met", "Ada", "Lovelace", "in", "Bern", "."]


def test_a_grade_is_the_expected_one():
    # half of the probability on 1, half on 4; the rest has next to none
    results = [(log(share), False) for share in (1e-12, 0.5, 1e-12, 1e-12, 0.5, 1e-12)]
    assert item_scores.similarity({"score": 3.0}, results)["pearson"] == (3.0, pytest.approx(2.5))


def test_an_answer_is_scored_against_its_best_reference():
    doc = {"answers": ["the midwife", "a nurse"]}
    assert item_scores.answers(doc, [" Midwife."]) == {"exact_match": 1, "token_f1": 1}
    # one of two words, one of one: 2 * 1 / 3
    assert item_scores.answers(doc, ["old nurse"])["token_f1"] == pytest.approx(2 / 3)


def test_a_summary_has_four_scores():
    found = item_scores.summary({"summary": "a b c"}, ["a b x"])
    assert found == pytest.approx({"rouge1": 2 / 3, "rouge2": 1 / 2, "rougeL": 2 / 3, "rougeLsum": 2 / 3})


def test_a_written_list_becomes_tags():
    text = "PER: Ada Lovelace\nLOC: Bern\nPER: Nobody\nno colon"
    assert item_scores.tags_of(text, TOKENS) == ["O", "O", "B-PER", "I-PER", "O", "B-LOC", "O"]


def test_a_name_that_comes_twice_is_tagged_twice():
    assert item_scores.tags_of("PER: Ada\nPER: Ada", TOKENS)[:4] == ["B-PER", "O", "B-PER", "O"]


def test_the_gold_list_becomes_the_gold_tags():
    doc = {"tokens": TOKENS, "tags": ["B-PER", "O", "B-PER", "I-PER", "O", "B-LOC", "O"]}
    assert item_scores.entity_list(doc) == "PER: Ada\nPER: Ada Lovelace\nLOC: Bern"
    assert item_scores.tags_of(item_scores.entity_list(doc), TOKENS) == doc["tags"]
    assert item_scores.named_entities(doc, [item_scores.entity_list(doc)])["entity_f1"] == (doc["tags"], doc["tags"])


def test_a_sentence_without_names_is_answered_with_none():
    assert item_scores.entity_list({"tokens": ["Rain", "."], "tags": ["O", "O"]}) == "none"
    assert item_scores.tags_of("none", ["Rain", "."]) == ["O", "O"]


def test_an_answer_follows_a_prompt_if_all_of_its_constraints_hold():
    doc = {"constraints": [{"kind": "max_words", "n": 2}, {"kind": "lowercase", "n": None}]}
    assert item_scores.instructions(doc, ["two words"]) == {"followed": 1, "constraints_held": (2, 2)}
    assert item_scores.instructions(doc, ["Two words"]) == {"followed": 0, "constraints_held": (1, 2)}
    assert item_scores.constraints_held([(2, 2), (1, 2)]) == 0.75
