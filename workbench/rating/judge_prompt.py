"""What a model is asked when it judges: the rubric's own words and examples, as a person reads them.

One text for every way of asking: it ends where the verdict stands, so that the next words can be scored or drawn.
Another wording is another instrument: whoever changes a word here raises VERSION, which every judgment keeps.
"""

from __future__ import annotations

from workbench.records import Completion, Criterion, Prompt, Rubric

VERSION = "1"
SCORES = ("1", "2", "3", "4", "5")
LETTERS = ("A", "B", "C")  # C: neither is better

# not in their order, and the middle last: what a model read last it likes to repeat
_EXAMPLES = (2, 5, 1, 4, 3)
_ONLY = {
    SCORES: "Reply with the score alone: one digit from 1 to 5.",
    LETTERS: "Reply with one letter alone: A, B, or C if neither is better.",
}


def score_text(criterion: Criterion, prompt: Prompt, answer: Completion) -> str:
    """One answer on one criterion: its question, five anchors, five examples; ends with `Score:`."""
    anchors = "\n".join(f"{point}: {anchor}" for point, anchor in enumerate(criterion.anchors, 1))
    shown = [(criterion.prompt, criterion.examples[point - 1], str(point)) for point in _EXAMPLES]
    examples = "\n\n".join(f"{_scored(asked, said)} {point}" for asked, said, point in shown)
    return (
        f"Rate an answer for {criterion.name}: {criterion.question}\n{anchors}\n\n"
        f"{examples}\n\n{_scored(asked_text(prompt), answer.text)}"
    )


def comparison_text(rubric: Rubric, prompt: Prompt, first: Completion, second: Completion) -> str:
    """Two answers, the first called A, on the whole rubric; an example won by either side; ends with `Better:`."""
    questions = "\n".join(f"- {one.name}: {one.question}" for one in rubric.criteria)
    example = rubric.criteria[0]
    _, poor, _, good, best = example.examples
    shown = f"{_compared(example.prompt, poor, best)} B\n\n{_compared(example.prompt, good, poor)} A"
    return (
        f"Which of two answers is better, A or B?\n{questions}\n\n"
        f"{shown}\n\n{_compared(asked_text(prompt), first.text, second.text)}"
    )


def instruction(choices: tuple[str, ...]) -> str:
    """What a model that draws its verdict is told beside: the form of its reply."""
    return _ONLY[choices]


def asked_text(prompt: Prompt) -> str:
    """The prompt; of a conversation every turn with its role."""
    if len(prompt.messages) == 1:
        return prompt.text
    return "\n".join(f"{turn.role}: {turn.content}" for turn in prompt.messages)


def _scored(asked: str, said: str) -> str:
    return f"<prompt>\n{asked}\n</prompt>\n<answer>\n{said}\n</answer>\nScore:"


def _compared(asked: str, first: str, second: str) -> str:
    return f"<prompt>\n{asked}\n</prompt>\n<answer A>\n{first}\n</answer A>\n<answer B>\n{second}\n</answer B>\nBetter:"
