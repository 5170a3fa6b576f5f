"""Ratings of a round: the same mean as on Home, beside the parent's on the same prompts, and down to the judgment."""

from __future__ import annotations

import given
import pytest

from workbench.store import judgments, models, summaries
from workbench.views.rated import MEAN, rated_figures, rated_texts

FIRST, SECOND, THIRD, FOURTH = (2, 2, 2), (3, 3, 3), (1, 2, 3), (4, 4, 4)


@pytest.fixture
def rounds(store):
    """Four prompts, answered by a model and by its child; each prompt's scores rise by 1 but for one."""
    parent = given.model(store)
    child = models.add(store, "child", "-", "trained", None, "w", parent.id)
    given.rated(store, given.batch(store, [["a"], ["b"], ["c"], ["d"]], parent), dict(enumerate(
        (FIRST, SECOND, THIRD, FOURTH), 1)))  # fmt: skip
    higher = dict(enumerate(((3, 3, 3), (4, 4, 4), (2, 3, 4), (4, 4, 4)), 5))
    given.rated(store, given.batch(store, [["e"], ["f"], ["g"], ["h"]], child), higher)
    return parent, child


def test_the_mean_is_that_of_home(store, rounds):
    for model in rounds:
        sums = summaries.count(store, "ada").scores[model.id]
        found = rated_figures(store, model)[0]
        assert (found.criterion, found.value.n) == (MEAN, sums.prompts)
        assert found.value.estimate == pytest.approx(sums.total / sums.prompts)


def test_a_round_stands_beside_its_parent_on_the_same_prompts(store, rounds):
    mean, *criteria = rated_figures(store, rounds[1])
    assert (mean.parent, mean.change.n, mean.change.difference.estimate) == ("small", 4, 0.75)  # +1 +1 +1 0
    # sd .5, t(3) 3.179 by the expansion: half width .795
    assert "against small: +0.75 [-0.04, +1.54]. No difference can be seen with n 4" in mean.verdict
    assert [one.criterion for one in criteria] == sorted(given.CRITERIA)


def test_a_model_without_a_parent_is_compared_with_nothing(store, rounds):
    mean = rated_figures(store, rounds[0])[0]
    assert (mean.change, mean.verdict) == (None, "4 prompts")


def test_a_round_that_was_rated_on_other_prompts_says_so(store):
    parent = given.model(store)
    child = models.add(store, "child", "-", "trained", None, "w", parent.id)
    given.rated(store, given.batch(store, [["a"]], parent), {1: FIRST})
    given.rated(store, given.batch(store, [["b"], ["c"]], child), {3: SECOND})
    assert rated_figures(store, child)[0].verdict == "1 prompt; none of them was also rated for small"


def test_the_answers_behind_a_number_come_worst_first(store, rounds):
    texts = rated_texts(store, rounds[0], "fluency")
    assert [(one.text, one.value) for one in texts] == [("c", 1), ("a", 2), ("b", 3), ("d", 4)]
    assert texts[0].prompt == "Question 3?"


def test_each_score_leads_to_its_judgment(store, rounds):
    (text, *_) = rated_texts(store, rounds[0], MEAN)
    events = {event.id: event for event in judgments.stack(store, 1, 1)}
    for score in text.answer.scores:
        assert (events[score.judgment_id].criterion, events[score.judgment_id].value) == (score.criterion, score.value)


def test_half_a_judgment_is_no_rating(store):
    model = given.model(store)
    batch = given.batch(store, [["a"]], model)
    judgments.add_rater(store, "ada")
    given.say(store, batch)
    assert rated_figures(store, model) == []
