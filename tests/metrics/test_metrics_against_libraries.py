"""The values are those of scikit-learn, scipy, sacrebleu and rouge-score."""

from __future__ import annotations

import warnings

import cases
import numpy as np
import pytest

warnings.filterwarnings("ignore", module="sklearn")
RNG = np.random.default_rng(7)
GOLD = RNG.choice(["a", "b", "c", "d"], 200, p=[0.5, 0.3, 0.15, 0.05]).tolist()
GIVEN = np.where(RNG.random(200) < 0.6, GOLD, RNG.choice(["a", "b", "c", "e"], 200)).tolist()
TEXTS = [
    "The cat, which sat on the mat, slept.\nIt purred.",
    "Un café à 5 €",
    "no word of it is right",
    "",
    "exact words here",
]
REFERENCES = [
    ["A cat sat on the mat and slept.\nThen it purred."], ["Un café à cinq euros", "Le café coûte 5 €"],
    ["something else entirely"], ["an empty answer"], ["exact words here"],
]  # fmt: skip


def value(family, name, gold=GOLD, given=GIVEN):
    return cases.measured(family, (gold, given))[name].interval.estimate


@pytest.mark.parametrize("average", ["micro", "macro"])
@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_averaged_scores_are_scikit_learns(name, average):
    from sklearn import metrics

    theirs = getattr(metrics, f"{name}_score")(GOLD, GIVEN, average=average, zero_division=0)
    assert value("f1", f"{name}_{average}") == pytest.approx(theirs)


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_the_scores_of_a_class_are_scikit_learns(name):
    from sklearn import metrics

    theirs = getattr(metrics, f"{name}_score")(GOLD, GIVEN, labels=["a", "b", "c"], average=None)
    assert [value("f1", f"{name}[{label}]") for label in "abc"] == pytest.approx(theirs)


def test_the_confusion_matrix_is_scikit_learns():
    from sklearn.metrics import confusion_matrix

    known = ["a", "b", "c", "d", "e"]
    theirs = confusion_matrix(GOLD, GIVEN, labels=known)
    found = cases.measured("confusion", (GOLD, GIVEN))
    for row, label in enumerate(known):
        cells = [found[f"confusion[{label},{other}]"].interval for other in known]
        assert [one.n for one in cells] == [GOLD.count(label)] * 5
        shares = np.array([one.estimate for one in cells]) if label in GOLD else np.zeros(5)
        assert shares * GOLD.count(label) == pytest.approx(theirs[row])


def test_matthews_is_scikit_learns():
    from sklearn.metrics import matthews_corrcoef

    assert value("matthews", "matthews") == pytest.approx(matthews_corrcoef(GOLD, GIVEN))


def test_accuracy_is_scikit_learns():
    from sklearn.metrics import accuracy_score

    assert value("accuracy", "accuracy") == accuracy_score(GOLD, GIVEN)


def test_correlations_are_scipys():
    from scipy import stats

    x = RNG.normal(1e6, 1, 50).round(1)  # far from 0, with ties
    y = x + RNG.normal(0, 1, 50).round(1)
    assert value("pearson", "pearson", x, y) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-9)
    assert value("spearman", "spearman", x, y) == pytest.approx(stats.spearmanr(x, y).statistic)


def test_the_brier_score_is_scikit_learns():
    from sklearn.metrics import brier_score_loss

    given = RNG.dirichlet([1, 1, 1], 40)
    gold = RNG.integers(0, 3, 40)
    theirs = brier_score_loss(gold, given, scale_by_half=False, labels=[0, 1, 2])
    assert value("calibration", "brier", gold.tolist(), given.tolist()) == pytest.approx(theirs)


@pytest.mark.parametrize(("family", "name"), [("bleu", "BLEU"), ("chrf", "CHRF"), ("ter", "TER")])
def test_overlap_of_a_corpus_is_sacrebleus(family, name):
    import sacrebleu.metrics

    padded = [[one[0], one[-1]] for one in REFERENCES]  # sacrebleu wants as many for each text
    theirs = getattr(sacrebleu.metrics, name)().corpus_score(TEXTS, list(zip(*padded, strict=True))).score
    assert value(family, family, padded, TEXTS) == pytest.approx(theirs)


SHORT = [
    ("the Eiffel Tower", "Eiffel tower!"), ("a b c d", "b c x"), ("An apple", "the pear"), ("x x y", "x y y"),
    ("U.S. dollars", "us dollar"), ("Größe 10", "größe ten"),
]  # fmt: skip


def test_token_f1_and_its_normalisation_are_the_official_squad_scripts():
    # lm-eval ships a copy of the script's two functions
    from lm_eval.tasks.qasper.metrics import f1_abstractive, normalize_answer

    from workbench.metrics.token_f1 import token_f1

    for reference, text in SHORT:
        assert token_f1(reference, text) == pytest.approx(f1_abstractive([text], [reference]))
        same = normalize_answer(reference) == normalize_answer(text)
        assert value("exact-match", "quasi_exact_match", [[reference]], [text]) == same


def test_rouge_is_rouge_scores_mean():
    from rouge_score.rouge_scorer import RougeScorer

    kinds = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    scored = [RougeScorer(kinds).score_multi(one, text) for one, text in zip(REFERENCES, TEXTS, strict=True)]
    for kind in kinds:
        theirs = np.mean([one[kind].fmeasure for one in scored])
        assert value("rouge", kind, REFERENCES, TEXTS) == pytest.approx(theirs)
