"""The rubrics that come with the program: whoever writes one learns here what it promises to a rater."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from workbench import rubrics
from workbench.records import Rubric
from workbench.workspace import Workspace

CRITERIA = {
    "chatbot": ["sense", "tone", "engagement"],
    "general": ["fluency", "coherence", "relevance"],
    "helpful-harmless": ["helpful", "harmless"],
    "overall": ["overall"],
    "summary": ["coherence", "consistency", "fluency", "relevance"],
}
ANCHOR_WIDTH = 72  # with the point before it and a margin, one line of 80 columns
LINE_WIDTH = 76
EXAMPLE_LENGTH = 350  # characters: five of them are read in a minute


@pytest.fixture(params=CRITERIA)
def rubric(request: pytest.FixtureRequest, workspace: Workspace) -> Rubric:
    return rubrics.load(request.param, workspace)


def test_these_and_no_others_come_along(workspace: Workspace) -> None:
    assert rubrics.names(workspace) == list(CRITERIA)


def test_a_rubric_asks_for_the_criteria_of_its_field(rubric: Rubric) -> None:
    assert [one.name for one in rubric.criteria] == CRITERIA[rubric.name]


def test_each_of_the_five_points_has_an_anchor_and_an_example(rubric: Rubric) -> None:
    assert {(len(one.anchors), len(one.examples)) for one in rubric.criteria} == {(5, 5)}


def test_an_anchor_fits_one_line(rubric: Rubric) -> None:
    assert [anchor for one in rubric.criteria for anchor in one.anchors if len(anchor) > ANCHOR_WIDTH] == []


def test_a_question_is_one_and_fits_one_line(rubric: Rubric) -> None:
    assert [one.question for one in rubric.criteria if not one.question.endswith("?")] == []
    assert [one.question for one in rubric.criteria if len(one.question) > LINE_WIDTH] == []


def test_the_names_of_all_criteria_fit_one_line(rubric: Rubric) -> None:
    # "▸ fluency 4   " for each
    assert sum(len(one.name) + 7 for one in rubric.criteria) <= LINE_WIDTH


@pytest.mark.parametrize("texts", ["anchors", "examples"])
def test_no_anchor_and_no_example_is_used_twice(rubric: Rubric, texts: str) -> None:
    used = Counter(text for one in rubric.criteria for text in getattr(one, texts))
    assert [text for text, count in used.items() if count > 1] == []


def test_anchors_of_one_criterion_open_differently(rubric: Rubric) -> None:
    # A rater tells points apart at a glance: the first two words must already differ.
    for one in rubric.criteria:
        openings = {tuple(re.findall(r"\w+", anchor.lower())[:2]) for anchor in one.anchors}
        assert len(openings) == 5, one.name


def test_an_example_is_short_and_printable(rubric: Rubric) -> None:
    texts = [text for one in rubric.criteria for text in one.examples]
    assert [text for text in texts if len(text) > EXAMPLE_LENGTH or not text.isprintable()] == []


def test_a_better_example_is_not_told_by_its_length_alone(rubric: Rubric) -> None:
    # in every criterion some example is shorter than that of the point below, so length never gives the point away
    for one in rubric.criteria:
        lengths = [len(text) for text in one.examples]
        assert lengths != sorted(lengths), one.name


def test_sentences_end(rubric: Rubric) -> None:
    anchors = [anchor for one in rubric.criteria for anchor in one.anchors]
    assert [anchor for anchor in anchors if anchor[-1] != "."] == []
