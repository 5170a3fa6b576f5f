"""A judge beside people: agreement on points, with each person and their mean, and on pairs."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan

import given
import pytest

from workbench.rating.versus import VersusSession
from workbench.records import BatchSettings
from workbench.store import batches, judgments
from workbench.views.judges import MEAN, judge_reports

JUDGE = "small (judge, logprobs)"


def judged(store, batch, scores):
    """Scores of a model, by completion."""
    judgments.add_rater(store, JUDGE, "model")
    given.judged(store, batch, scores, JUDGE)


def on(report, criterion):
    return {one.person: one for one in report.scores if one.criterion == criterion}


def test_a_judge_that_repeats_a_person_agrees_fully_and_one_that_turns_the_scale_not_at_all(store):
    points = (1, 2, 3, 4, 5)
    batch = given.batch(store, [[f"{n}"] for n in points])
    given.judged(store, batch, {n: (n, n, n) for n in points})
    judged(store, batch, {n: (n, 6 - n, 3) for n in points})
    (report,) = judge_reports(store, "general")
    fluency, coherence, relevance = (on(report, one)["ada"] for one in given.CRITERIA)
    assert (fluency.kappa.kappa.estimate, fluency.correlation.rho.estimate) == (1.0, 1.0)
    assert (coherence.kappa.kappa.estimate, coherence.correlation.rho.estimate) == pytest.approx((-1.0, -1.0))
    assert isnan(relevance.kappa.kappa.estimate)
    assert relevance.reason == "no variation: a rater gave 3 throughout"
    assert (report.judge, report.tally.scores, fluency.kappa.kappa.n) == (JUDGE, 15, 5)


def test_the_mean_of_people_counts_where_two_rated_and_is_rounded_for_kappa(store):
    batch = given.batch(store, [["a"], ["b"], ["c"], ["d"]])
    given.judged(store, batch, {1: (1, 1, 1), 2: (3, 3, 3), 3: (4, 4, 4)})
    given.judged(store, batch, {1: (1, 1, 1), 2: (4, 4, 4), 4: (5, 5, 5)}, "bob")
    judged(store, batch, {1: (1, 1, 1), 2: (4, 4, 4), 3: (4, 4, 4), 4: (5, 5, 5)})
    (report,) = judge_reports(store, "general")
    found = on(report, "fluency")
    assert {name: one.kappa.kappa.n for name, one in found.items()} == {"ada": 3, "bob": 3, MEAN: 2}
    assert found[MEAN].kappa.kappa.estimate == 1.0  # means 1 and 3.5, which rounds to the judge's 4


def test_another_model_is_no_person(store):
    batch = given.batch(store, [["a"], ["b"]])
    judged(store, batch, {1: (1, 1, 1), 2: (2, 2, 2)})
    judgments.add_rater(store, "other", "model")
    given.judged(store, batch, {1: (1, 1, 1), 2: (2, 2, 2)}, "other")
    assert [one.scores for one in judge_reports(store, "general")] == [(), ()]


def compare(store, batch, rater, better, **details):
    """Each pair by the id of its better answer, or a tie (None)."""
    session = VersusSession.open(store, batch.id, rater)
    while pair := session.place():
        wanted = better[pair.item.id]
        outcome = "tie" if wanted is None else "left" if pair.left.id == wanted else "right"
        event = session.compare(pair, outcome, given.NOW, 1000)
        text = json.dumps({"order_dependent": wanted is None, "favours": None if wanted else "first"})
        session.commit(store, event if rater == "ada" else replace(event, text=text))


def test_pairs_are_the_same_pairs_whichever_answer_was_shown_left(store):
    batch = given.batch(store, [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]], judged=BatchSettings("pairs"))
    first = [item.completions[0] for item in batches.items(store, batch.id)]
    second = [item.completions[1] for item in batches.items(store, batch.id)]
    judgments.add_rater(store, JUDGE, "model")
    compare(store, batch, "ada", {1: first[0], 2: second[1], 3: first[2], 4: None})
    compare(store, batch, JUDGE, {1: first[0], 2: second[1], 3: second[2], 4: None})
    (report,) = judge_reports(store, "general", batch.id)
    (found,) = report.pairs
    assert (found.same.estimate, found.same.n) == (0.75, 4)
    assert (found.decided.estimate, found.decided.n) == (pytest.approx(2 / 3), 3)
    assert (report.position.estimate, report.tally.first) == (0.25, 1)


def test_without_a_judge_there_is_no_report(store):
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (5, 5, 5)})
    assert judge_reports(store, "general") == []
