"""How long the requests of a job still take: each weighs what it costs, at the pace of its own run so far.

A suite mixes short questions, running text and written answers, so requests told are no measure of time. Weights are
tokens to compute: of what is scored, those that the request before it does not share (about four characters each);
of what is written, the prompt's, and those that are drawn. A batch is drawn a step at a time, as many as its longest
answer has tokens, and a step costs as much as many tokens that are read, nearly whatever the rows. How many are drawn
is learned from the answers, and what a token takes from the batches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from workbench.models.prefix_tree import common_prefix

CHARACTERS = 4  # a token of English has about so many
# Tokens that are read in the time of a step, and of one more row in it: smollm2 in batches of 16 on a CPU, where 20 to
# 68 fitted six tasks, and reading alone makes 24 to 32 of it.
STEP, DRAWN = 40.0, 4.0
BATCH = 16  # rows at once, before a batch was seen
NATURAL = 64  # tokens after which an answer has about half said what it had to, whatever it might have
TRUST = 512.0  # tokens after which a run's own pace counts as much as that of its kind


@dataclass
class _Asked:
    """The requests of one run. `weights` by place; `drawn` tokens are learned from `answers` of them, in `steps`."""

    kind: str
    weights: Sequence[float]
    most: int  # tokens that an answer may have; 0 where nothing is written
    left: set[int]
    to_read: float
    drawn: int = 0
    steps: int = 0
    answers: int = 0
    seconds: float = 0.0
    tokens: float = 0.0

    @property
    def answer(self) -> float:
        """What drawing an answer costs, in tokens that are read: as those so far, before them by the most it may be."""
        if self.answers:
            return drawing(self.steps, self.drawn) / self.answers
        return drawing(self.most / BATCH, self.most * NATURAL / (self.most + NATURAL))


def drawing(steps: float, drawn: float) -> float:
    """What it costs to draw so many tokens in so many steps, in tokens that are read."""
    return STEP * steps + DRAWN * drawn


class Remaining:
    """`total` and `done` are requests over all runs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = self.done = 0
        self._clock = clock
        self._since = clock()
        self._runs: dict[str, _Asked] = {}

    def expect(self, run: str, kind: str, weights: Sequence[float], most: int = 0) -> None:
        """A run that will be asked, of lm-eval's request type `kind`; for `weights` see `read`."""
        self._runs[run] = _Asked(kind, weights, most, set(range(len(weights))), sum(weights))
        self.total += len(weights)

    def known(self, run: str, places: Iterable[int]) -> None:
        """Requests that were answered before: they take no time, and say nothing of the pace."""
        self._close(self._runs[run], places)

    def start(self) -> None:
        """What is computed from here on is that of the next batch."""
        self._since = self._clock()

    def answered(self, run: str, places: Sequence[int], drawn: Sequence[int] = ()) -> None:
        """A batch, computed and kept since the last one or `start`; `drawn` are the tokens of written answers."""
        asked, now = self._runs[run], self._clock()
        asked.seconds += now - self._since
        steps = max(drawn, default=0)
        asked.tokens += sum(asked.weights[place] for place in places) + drawing(steps, sum(drawn))
        asked.drawn += sum(drawn)
        asked.steps += steps
        asked.answers += len(drawn)
        self._since = now
        self._close(asked, places)

    def left(self) -> float | None:
        """Seconds; None before the first batch."""
        if not any(asked.tokens for asked in self._runs.values()):
            return None
        return sum(self._tokens(asked) * self._pace(asked) for asked in self._runs.values())

    def _close(self, asked: _Asked, places: Iterable[int]) -> None:
        closed = asked.left & set(places)
        asked.left -= closed
        asked.to_read -= sum(asked.weights[place] for place in closed)
        self.done += len(closed)

    def _tokens(self, asked: _Asked) -> float:
        """Those that a run still has to compute."""
        return asked.to_read + asked.answer * len(asked.left)

    def _pace(self, asked: _Asked) -> float:
        """Seconds a token: of the run, leaning on its kind while little was measured, or on all where no kind was."""
        measured = [one for one in self._runs.values() if one.tokens]
        alike = [one for one in measured if one.kind == asked.kind] or measured
        usual = sum(one.seconds for one in alike) / sum(one.tokens for one in alike)
        return (asked.seconds + TRUST * usual) / (asked.tokens + TRUST)


def read(texts: Sequence[str], shared: bool) -> list[float]:
    """About the tokens to read for each text; `shared`: what a text has in common with one before is read once."""
    order = sorted(range(len(texts)), key=texts.__getitem__) if shared else list(range(len(texts)))
    weights = [0.0] * len(texts)
    before = ""
    for place in order:
        text = texts[place]
        weights[place] = (len(text) - (common_prefix(before, text) if shared else 0)) / CHARACTERS
        before = text
    return weights
