"""Values derived by hand, and the conventions at the edges."""

from __future__ import annotations

from math import e, inf, isnan, log, nan

import cases
import pytest

from workbench.metrics.entity_f1 import entities
from workbench.metrics.token_f1 import token_f1
from workbench.statistics.proportion import wilson


def found(family, gold, given):
    return cases.measured(family, (gold, given))


def value(family, name, gold, given):
    return found(family, gold, given)[name].interval.estimate


def test_no_answer_is_a_wrong_one():
    assert value("accuracy", "accuracy", ["a", "b"], ["a", None]) == 0.5


def test_the_share_of_a_class_counts_only_its_items():
    # called a: 3, of them 2 are; is a: 2, both called
    both = found("f1", ["a", "a", "b", "b"], ["a", "a", "a", "b"])
    assert both["precision[a]"].interval == wilson(2, 3)
    assert both["recall[a]"].interval == wilson(2, 2)


def test_a_class_nobody_called_has_no_precision():
    one = found("f1", ["a", "b"], ["a", "a"])["precision[b]"]
    assert (isnan(one.interval.estimate), one.reason) == (True, "no item was called b")


def test_a_constant_answer_has_no_matthews_correlation():
    one = found("matthews", ["a", "b"] * 6, ["a", "a"] * 6)["matthews"]
    assert (isnan(one.interval.estimate), one.reason) == (True, "no variation: gold or given is the same throughout")


def test_articles_case_and_punctuation_do_not_matter_to_quasi_exact_match():
    both = found("exact_match".replace("_", "-"), [["Eiffel Tower"]], ["the eiffel tower!"])
    assert (both["exact_match"].interval.estimate, both["quasi_exact_match"].interval.estimate) == (0, 1)


# shared / (words of one + words of the other) * 2; articles and marks are no words
@pytest.mark.parametrize(
    ("reference", "text", "score"),
    [("a b c d", "b c x", 2 * 2 / (3 + 3)), ("the", "", 1), ("x", "", 0), ("x x", "x", 2 / 3), ("東京", "東京", 1)],
)
def test_token_f1_counts_shared_words(reference, text, score):
    assert token_f1(reference, text) == pytest.approx(score)


def test_the_best_reference_counts():
    assert value("token-f1", "token_f1", [["x y", "z"]], ["z"]) == 1


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        (["B-PER", "I-PER", "O", "B-LOC"], [("PER", 0, 1), ("LOC", 3, 3)]),
        (["B-PER", "B-PER"], [("PER", 0, 0), ("PER", 1, 1)]),
        (["O", "I-ORG", "I-ORG"], [("ORG", 1, 2)]),
        (["B-PER", "I-LOC"], [("PER", 0, 0), ("LOC", 1, 1)]),
        ([], []),
    ],
)
def test_an_entity_is_a_span_with_a_type(tags, spans):
    assert entities(tags) == spans


def test_an_entity_with_a_wrong_end_is_wrong_on_both_sides():
    # given 2, gold 2, in both 1: the person ends one word early
    gold, given = [["B-PER", "I-PER", "B-LOC"]], [["B-PER", "O", "B-LOC"]]
    both = found("entity-f1", gold, given)
    assert [both[f"entity_{name}"].interval.estimate for name in ("precision", "recall", "f1")] == [0.5, 0.5, 0.5]


def test_entities_are_counted_as_seqeval_and_conlleval_count_them():
    # the example of seqeval's documentation: one of two entities begins a word early; all three scores .5
    gold = [["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    given = [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    both = found("entity-f1", gold, given)
    assert [both[f"entity_{name}"].interval.estimate for name in ("precision", "recall", "f1")] == [0.5, 0.5, 0.5]
    # the example of conlleval's (CoNLL-2000): 459 phrases, 539 found, 371 of them correct: 68.83, 80.83, 74.35 %
    gold = [["B-NP"]] * 459 + [["O"]] * 168
    given = [["B-NP"]] * 371 + [["O"]] * 88 + [["B-NP"]] * 168
    both = found("entity-f1", gold, given)
    values = [both[f"entity_{name}"].interval.estimate for name in ("precision", "recall", "f1")]
    assert [round(100 * one, 2) for one in values] == [68.83, 80.83, 74.35]


def test_sentences_without_entities_have_no_score():
    one = found("entity-f1", [["O"]], [["O"]])["entity_f1"]
    assert (isnan(one.interval.estimate), one.reason) == (True, "there is no entity, gold or given")


def test_perplexity_is_of_all_texts_together():
    # words 2 + 2 = 4, bytes 3 + 4 = 7 (é has two); log-probabilities -4 and -3: -7 in all
    both = found("perplexity", ["a b", "é c"], [-4.0, -3.0])
    assert both["word_perplexity"].interval.estimate == pytest.approx(e ** (7 / 4))
    assert both["byte_perplexity"].interval.estimate == pytest.approx(e)
    assert both["bits_per_byte"].interval.estimate == pytest.approx(1 / log(2))


def test_a_perplexity_without_an_end_has_no_interval_and_says_why():
    one = found("perplexity", ["a"] * 12, [-inf] * 12)["word_perplexity"]
    assert (one.interval.estimate, isnan(one.interval.low)) == (inf, True)
    assert one.reason == "infinite for some samples of the items: no interval"


@pytest.mark.parametrize(
    ("family", "reason"), [("pearson", "a number is NaN or infinite"), ("spearman", "a number is NaN")]
)
def test_a_number_that_is_none_correlates_with_nothing(family, reason):
    one = found(family, [1.0, 2.0, 3.0] * 4, [nan, 1.0, 2.0] * 4)[family]
    assert (isnan(one.interval.estimate), one.reason) == (True, reason)


def test_calibration_error_is_the_gap_in_each_bin():
    # .9 twice, right once: gap |1 - 1.8| = .8; .6 twice, right twice: |2 - 1.2| = .8; 1.6 / 4 items
    gold, given = [0, 1, 0, 0], [[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]]
    assert value("calibration", "ece", gold, given) == pytest.approx(0.4)


def test_calibration_error_takes_the_likeliest_of_several_classes():
    # .55, .55 and .6 share the bin (8/15, 9/15], one of them right: gap |1 - 1.7| = .7; .9, right: .1; .8 / 4 items
    given = [[0.25, 0.20, 0.55], [0.55, 0.05, 0.40], [0.10, 0.30, 0.60], [0.90, 0.05, 0.05]]
    assert value("calibration", "ece", [0, 1, 2, 0], given) == pytest.approx(0.2)


def test_a_confidence_on_an_edge_is_in_the_bin_below():
    # 10/15 and .65 share the bin (9/15, 10/15]: |1 - 10/15 + 0 - .65| / 2
    gold, given = [0, 1], [[10 / 15, 5 / 15], [0.65, 0.35]]
    assert value("calibration", "ece", gold, given) == pytest.approx(abs(1 - 10 / 15 - 0.65) / 2)


def test_what_does_not_add_up_to_one_is_no_probability():
    with pytest.raises(ValueError, match="no probabilities"):
        found("calibration", [0], [[0.9, 0.9]])


def test_rouge_does_not_measure_a_script_it_cannot_read():
    one = found("rouge", [["東京"], ["Tokyo"]], ["東京", "Tokyo"])["rougeL"]
    assert isnan(one.interval.estimate)
    assert one.reason == "rouge-score reads a-z and 0-9 only, and 1 of 2 references have none of them"


def test_tokens_a_second_are_of_all_items_together():
    assert value("efficiency", "tokens_per_second", [10, 30], [(1.0, 5.0), (3.0, 9.0)]) == 10


def test_a_peak_is_the_highest_and_has_no_interval():
    one = found("efficiency", [10, 10, 10], [(1.0, 5.0), (1.0, 9.0), (1.0, 7.0)])["peak_memory"]
    assert (one.interval.estimate, one.interval.n, one.reason) == (9, 3, "a maximum has no interval")
