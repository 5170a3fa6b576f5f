"""What a judge reads: the rubric's words and examples, and a version that follows every change of wording."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from workbench import rubrics
from workbench.rating import judge_prompt
from workbench.rating.judge_prompt import LETTERS, SCORES, comparison_text, instruction, score_text
from workbench.records import Completion, Criterion, Message, Prompt, Rubric
from workbench.spec import content_hash

CRITERION = Criterion("c", "Good?", "Ask.", ("1st", "2nd", "3rd", "4th", "5th"), ("e1", "e2", "e3", "e4", "e5"))
RUBRIC = Rubric("r", "R", (CRITERION,), "hash")
PROMPT = Prompt(1, (Message("user", "Why?"),))


def answer(text):
    return Completion(1, 1, 1, text, "stop", 1, 0, 0, None, "float32")


def test_every_point_has_its_sentence_and_its_example():
    text = score_text(CRITERION, PROMPT, answer("So."))
    assert all(f"{point}: {anchor}\n" in text for point, anchor in enumerate(CRITERION.anchors, 1))
    shown = re.findall(r"<answer>\ne(\d)\n</answer>\nScore: (\d)", text)
    assert sorted(shown) == [(str(point), str(point)) for point in range(1, 6)]
    assert text.endswith("<prompt>\nWhy?\n</prompt>\n<answer>\nSo.\n</answer>\nScore:")


def test_the_first_answer_of_a_pair_is_a_and_each_side_wins_one_example():
    text = comparison_text(RUBRIC, PROMPT, answer("one"), answer("two"))
    assert text.endswith("<answer A>\none\n</answer A>\n<answer B>\ntwo\n</answer B>\nBetter:")
    assert re.findall(r"Better: (\w)", text) == ["B", "A"]


def test_of_a_conversation_every_turn_is_read():
    turns = (Message("user", "Hi"), Message("assistant", "Yes?"), Message("user", "Why?"))
    assert "user: Hi\nassistant: Yes?\nuser: Why?" in score_text(CRITERION, replace(PROMPT, messages=turns), answer(""))


def test_another_wording_is_another_version():
    words = [
        score_text(CRITERION, PROMPT, answer("So.")),
        comparison_text(RUBRIC, PROMPT, answer("one"), answer("two")),
        instruction(SCORES),
        instruction(LETTERS),
    ]
    assert (judge_prompt.VERSION, content_hash("\n".join(words))[:12]) == ("1", "2a6b6240ed7e")


@pytest.mark.parametrize("name", ["general", "helpful-harmless", "summary", "chatbot", "overall"])
def test_every_bundled_rubric_can_be_asked(name, workspace):
    for criterion in rubrics.load(name, workspace).criteria:
        assert criterion.question in score_text(criterion, PROMPT, answer("So."))
