"""What a file of completions holds, whatever tool wrote it: answers, and what people said of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from workbench.records import FinishReason, Message, Outcome
from workbench.spec import canonical_json


@dataclass(frozen=True, slots=True)
class Answer:
    """One completion. `model` is None where the file does not say; "stop" is what a file without a reason means.

    `evaluation_only`: the prompt is an item of a benchmark, which nobody may train on.
    """

    prompt: tuple[Message, ...]
    text: str
    model: str | None = None
    finish_reason: FinishReason = "stop"
    evaluation_only: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """`answer` is a place in `Found.answers`; `value` stands on the file's own scale; `at` is an ISO-8601 time.

    `rater` and `criterion` are None where the file does not say. `given` is the value in words where it was
    mapped onto the points 1..5.
    """

    answer: int
    value: float
    place: str
    rater: str | None = None
    criterion: str | None = None
    at: str | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two answers to one prompt, by their places in `Found.answers`, in the order in which they were shown."""

    left: int
    right: int
    outcome: Outcome
    place: str
    rater: str | None = None
    at: str | None = None


@dataclass
class Found:
    """Collected row by row. Answers of one model to one prompt with the same text are one answer.

    `pairs` are the answers that stand side by side, by their places, whether somebody has compared them or not.
    `left_out` counts what the file holds beside, by what it is.
    """

    answers: list[Answer] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    _places: dict[Answer, int] = field(default_factory=dict)

    def add(self, answer: Answer) -> int:
        """Its place among the answers."""
        if answer not in self._places:
            self._places[answer] = len(self.answers)
            self.answers.append(answer)
        return self._places[answer]

    def identical(self, left: int, right: int) -> bool:
        """Whether the two answers at these places say the same, so that there is nothing to compare."""
        return self.answers[left].text.strip() == self.answers[right].text.strip()

    def leave_out(self, what: str) -> None:
        self.left_out[what] = self.left_out.get(what, 0) + 1

    @property
    def judged(self) -> list[Score | Comparison]:
        """All that somebody said of the answers."""
        return [*self.scores, *self.comparisons]

    def json(self) -> str:
        """All of it as text, for `from_json`."""
        told = {
            "answers": [asdict(one) for one in self.answers],
            "scores": [asdict(one) for one in self.scores],
            "comparisons": [asdict(one) for one in self.comparisons],
            "pairs": [list(one) for one in self.pairs],
        }
        return canonical_json({**told, "left_out": self.left_out})

    @classmethod
    def from_json(cls, text: str) -> Found:
        body = json.loads(text)
        return cls(
            [Answer(**{**one, "prompt": tuple(Message(**turn) for turn in one["prompt"])}) for one in body["answers"]],
            [Score(**one) for one in body["scores"]],
            [Comparison(**one) for one in body["comparisons"]],
            [(left, right) for left, right in body["pairs"]],
            body["left_out"],
        )
