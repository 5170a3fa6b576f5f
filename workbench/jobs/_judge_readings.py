"""Asking a judge its texts: by the log-probability of each choice as the next word, or by the reply that it draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.jobs._context import JobContext
from workbench.models.language_model import LanguageModel
from workbench.rating.judge_prompt import LETTERS, instruction
from workbench.rating.verdict import likeliest, named
from workbench.records import Decoding, GenerationRequest, Message

_SAID = 200  # characters of a reply that are kept


@dataclass(frozen=True, slots=True)
class Text:
    """What is asked for a question (by its place), and what may be named in reply."""

    question: int
    text: str
    choices: tuple[str, ...]

    @property
    def scored(self) -> tuple[str, ...]:
        """The choices whose log-probabilities are compared; of a pair its sides: two orders make a tie."""
        return LETTERS[:2] if self.choices == LETTERS else self.choices


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text came to: the choice (None: none could be read), and what the model gave back, as JSON values."""

    choice: str | None
    given: dict[str, Any]


Done = Callable[[Text], bool]
Readings = Iterator[dict[int, Reading]]
"""Place of a text -> what it came to, batch by batch; texts whose batches are done are left out."""


def by_logprobs(
    _context: JobContext, engine: LanguageModel, texts: Sequence[Text], done: Done, _max_new_tokens: int
) -> Readings:
    """The likeliest choice of each text, once all of its choices are scored."""
    rows = [(at, choice) for at, text in enumerate(texts) for choice in text.scored]
    scored: dict[int, dict[str, float]] = {}
    pairs = [(texts[at].text, f" {choice}") for at, choice in rows]
    for batch in engine.loglikelihood(pairs, lambda batch: all(done(texts[rows[row][0]]) for row in batch)):
        for row, found in batch:
            at, choice = rows[row]
            scored.setdefault(at, {})[choice] = found.logprob
        touched = {rows[row][0] for row, _ in batch}
        yield {at: _likeliest(texts[at], scored[at]) for at in touched if len(scored[at]) == len(texts[at].scored)}


def by_replies(
    context: JobContext, engine: LanguageModel, texts: Sequence[Text], done: Done, max_new_tokens: int
) -> Readings:
    """What each text's reply names; drawn greedily, each for itself."""
    requests = [
        GenerationRequest((Message("user", f"{text.text}\n\n{instruction(text.choices)}"),), 0) for text in texts
    ]
    batches = engine.generate(
        requests,
        Decoding(max_new_tokens, temperature=0.0),
        lambda batch: all(done(texts[row]) for row in batch),
        lambda _rows, _share, _running: context.check_cancelled(),
    )
    for batch in batches:
        yield {row: Reading(named(texts[row].choices, said.text), {"said": said.text[:_SAID]}) for row, said in batch}


def _likeliest(text: Text, scored: dict[str, float]) -> Reading:
    logprobs = [scored[choice] for choice in text.scored]
    found = likeliest(text.scored, logprobs)
    rounded = {choice: round(scored[choice], 4) for choice in text.scored}
    return Reading(found.choice, {"logprobs": rounded, "expected": round(found.expected, 4)})
