"""`agree`: the view's numbers as text and as one document, and the judgments behind one of them."""

from __future__ import annotations

import given
import pytest
from command_line import workbench

from workbench.store import open_store
from workbench.views.agree import Question, agree


@pytest.fixture
def rated(workspace):
    """Two raters on the same two answers."""
    with open_store(workspace) as store:
        batch = given.batch(store, [["a", "b"]])
        given.rated(store, batch, {1: (5, 4, 5), 2: (1, 2, 1)})
        given.rated(store, batch, {1: (5, 5, 5), 2: (2, 2, 2)}, "bob")
    return workspace


def test_each_number_says_its_n_and_how_many_judgments_are_behind_it(rated):
    document = workbench("--workspace", rated.root, "--json", "agree").json
    with open_store(rated) as store:
        view = agree(store, Question())
    assert [one["name"] for one in document["findings"]] == [one.name for one in view.findings]
    kappa = next(one for one in document["findings"] if one["name"] == "kappa/fluency/ada/bob")
    # 5 5 and 1 2: weights by distance 1 and 15/16; expected 1/4 (1 + 7/16 + 0 + 15/16) = 19/32
    assert kappa["value"]["estimate"] == pytest.approx((31 / 32 - 19 / 32) / (13 / 32))
    assert (kappa["value"]["n"], kappa["of"], kappa["judgments"]) == (2, "answers", 4)
    assert kappa["meaning"].startswith("quadratic-weighted kappa")


def test_the_text_says_what_a_number_means_once(rated):
    text = workbench("--workspace", rated.root, "agree").out
    assert text.startswith("12 scores and 0 comparisons by ada, bob")
    assert text.count("quadratic-weighted kappa") == 1
    assert "n = 2 is too small for an interval" in text


def test_the_judgments_of_a_number_are_listed(rated):
    rows = workbench("--workspace", rated.root, "--json", "agree", "--judgments", "kappa/fluency/ada/bob").json
    assert sorted((row["rater"], row["answer"], row["said"]) for row in rows) == [
        ("ada", "a", "5"), ("ada", "b", "1"), ("bob", "a", "5"), ("bob", "b", "2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (("--judgments", "kapa/fluency/ada/bob"), "Unknown number 'kapa/fluency/ada/bob'. Did you mean kappa/flu"),
        (("--raters", "people"), "'people' is not one of 'human', 'model', 'imported'"),
        (("--rubric", "genral"), "Unknown rubric 'genral'. Did you mean general"),
        (("--difference", "0"), "0.0 is not in the range 0<x<=4"),
    ],
)
def test_what_is_asked_wrongly_is_refused(rated, named, message):
    answer = workbench("--workspace", rated.root, "agree", *named)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_raters_of_other_kinds_are_named(rated):
    answer = workbench("--workspace", rated.root, "agree", "--raters", "imported")
    assert (answer.code, "No imported rater has judged on general yet" in answer.out) == (0, True)
