"""What a file leaves open must be given, what it says is not overruled, and a scale is never guessed."""

from __future__ import annotations

import pytest

from workbench.data.completions.found import Answer, Comparison, Found, Score
from workbench.data.completions.settled import Scale, settled
from workbench.errors import DataError
from workbench.records import Criterion, Message, Rubric

WHY = (Message("user", "Why?"),)
ONE = Rubric("overall", "", (Criterion("overall", "", "", (), ()),), "1")
TWO = Rubric("two", "", tuple(Criterion(name, "", "", (), ()) for name in ("fluency", "coherence")), "2")


def found(*scores, models=("m",), comparisons=()):
    return Found([Answer(WHY, f"text {at}", model) for at, model in enumerate(models)], list(scores), list(comparisons))


def score(value=4.0, rater="ada", criterion="fluency"):
    return Score(0, value, "rows.csv, row 3", rater, criterion)


def settle(of, model=None, rater=None, rubric=TWO, scale=None):
    return settled(of, model, rater, rubric, scale)


def test_names_are_filled_in_where_the_file_has_none():
    of = found(score(rater=None), score(rater="bob"), models=(None, "m"), comparisons=[Comparison(0, 1, "tie", "here")])
    done = settle(of, model="given", rater="ada")
    assert [one.model for one in done.answers] == ["given", "m"]
    assert [one.rater for one in done.judged] == ["ada", "bob", "ada"]


@pytest.mark.parametrize(
    ("of", "given", "message"),
    [
        (found(models=(None,)), {}, "does not name the model of its answers. Name the model: --model NAME"),
        (found(models=(None, "m")), {}, "does not name the model of some of its answers"),
        (found(), {"model": "x"}, r"names its models \(m\)\. Leave out --model"),
        (found(score(rater=None)), {}, "does not name the rater of its ratings"),
        (found(score()), {"rater": "x"}, r"names its raters \(ada\)\. Leave out --rater"),
        (found(), {"rater": "x"}, "holds no ratings. Leave out --rater"),
        (found(), {"scale": Scale(1, 10)}, "holds no scores. Leave out --scale"),
    ],
)
def test_what_is_missing_or_said_twice_is_refused(of, given, message):
    with pytest.raises(DataError, match=message):
        settle(of, **given)


@pytest.mark.parametrize("name", [None, "score", "Rating", "stars"])
def test_a_score_of_nothing_in_particular_is_that_of_a_rubric_with_one_criterion(name):
    assert settle(found(score(criterion=name)), rubric=ONE).scores[0].criterion == "overall"


@pytest.mark.parametrize(
    ("name", "rubric", "message"),
    [
        (None, TWO, "rows.csv, row 3: a score without a criterion; the rubric two has fluency, coherence"),
        ("rating", TWO, "the criterion 'rating'"),
        ("quality", ONE, "the criterion 'quality'; the rubric overall has overall.*--rubric"),
    ],
)
def test_a_criterion_that_the_rubric_lacks_is_refused(name, rubric, message):
    with pytest.raises(DataError, match=message):
        settle(found(score(criterion=name)), rubric=rubric)


@pytest.mark.parametrize("value", [0, 6, 4.5, -1, 0.5])
def test_a_score_on_another_scale_is_refused_until_the_scale_is_said(value):
    with pytest.raises(
        DataError, match=rf"row 3: the score {value:g} is not one of the points 1 to 5.*--scale LOW HIGH"
    ):
        settle(found(score(value)))


def test_points_stay_as_they_are():
    done = settle(found(*(score(float(point)) for point in range(1, 6))))
    assert [(one.value, one.given) for one in done.scores] == [(point, None) for point in range(1, 6)]


# by hand: 1 + 4 * (value - low) / (high - low), to the nearest, halves up
@pytest.mark.parametrize(
    ("low", "high", "mapped"),
    [
        (1, 10, {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 5, 10: 5}),  # 2 -> 1.44, 3 -> 1.89, 5 -> 2.78
        (0, 1, {0: 1, 0.1: 1, 0.125: 2, 0.5: 3, 1: 5}),  # .1 -> 1.4, .125 -> 1.5
        (-1, 1, {-1: 1, -0.5: 2, 0: 3, 0.5: 4, 1: 5}),
    ],
)
def test_a_scale_is_mapped_to_the_nearest_point_and_the_value_kept(low, high, mapped):
    done = settle(found(*(score(float(value)) for value in mapped)), scale=Scale(low, high))
    assert [one.value for one in done.scores] == list(mapped.values())
    assert done.scores[0].given == f"{low:g} on {low:g} to {high:g}"


def test_a_score_beyond_the_scale_is_refused():
    with pytest.raises(DataError, match="row 3: the score 11 is not on 1 to 10"):
        settle(found(score(11.0)), scale=Scale(1, 10))


def test_identical_texts_are_not_compared():
    of = Found(
        [Answer(WHY, "So.", "m"), Answer(WHY, "So. ", "n")], comparisons=[Comparison(0, 1, "left", "here", "ada")]
    )
    done = settle(of)
    assert (done.comparisons, done.left_out) == ([], {"comparisons of identical texts": 1})
