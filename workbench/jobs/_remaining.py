"""How long the requests of a job still take: what is left to compute, at the pace of the job itself so far.

A suite mixes short questions, running text and written answers, so requests told are no measure of time. Two things
take it, each at a pace of its own:

reading   the tokens of what is scored that the request before does not share, and the padded ones of prompts;
drawing   a batch is drawn a step at a time, as many as its longest answer has tokens. A step takes its time whatever
          the rows, and each row that still runs a third of that again.

How long answers get is a distribution: of a task that was not met yet a broad one up to its limit, then that of the
answers so far. A batch takes as many steps as the longest of so many draws from it; one under way, of those that are
as long as it already is.

Others come to the machine, and go: the paces are told apart from how many times as long all took lately.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from math import exp

from workbench.models.prefix_tree import common_prefix

CHARACTERS = 4  # a token of English has about so many; where no tokens are counted
# Before a step was seen: the tokens that are read in its time, and the share of it that one more row takes. With both
# 12 batches of smollm2 on one CPU thread come out within 13 %, and 24 of another run, on a busy machine, within 23 %.
STEP, ROW = 18.0, 1 / 3
HALF = 16  # tokens that half of the answers have at least, before one was seen; a quarter thrice as many, and so on
BELIEF = 2.0  # how many answers seen count as much as that
LATELY = 120.0  # seconds after which what was measured tells a third as much of how busy the machine is
STEADY = 10.0  # seconds during which it is believed to stay as it is
TRUST, STEPS = 512.0, 16.0  # tokens read, and steps drawn, after which a run's own pace counts as much as the usual one


@dataclass(slots=True)
class _Pace:
    """Seconds that so much work took: tokens read, or steps drawn."""

    seconds: float = 0.0
    work: float = 0.0

    def add(self, seconds: float, work: float) -> None:
        self.seconds += seconds
        self.work += work

    def leaning(self, usual: float, trust: float) -> float:
        """Seconds a unit of work: the usual ones while little was measured."""
        return (self.seconds + trust * usual) / (self.work + trust)


@dataclass(slots=True)
class _Asked:
    """The requests of one run.

    `weights`: tokens to read, by place. `most`: tokens that an answer may have, 0 where nothing is written; `rows`:
    how many are drawn at once; `lengths` of those so far, ascending.
    """

    kind: str
    weights: Sequence[float]
    most: int
    rows: int
    left: set[int]
    to_read: float
    reading: _Pace = field(default_factory=_Pace)
    drawing: _Pace = field(default_factory=_Pace)
    lengths: list[int] = field(default_factory=list)
    _steps: dict[tuple[int, int], float] = field(default_factory=dict)

    def close(self, places: Iterable[int]) -> int:
        """Take these off what is left; how many of them were."""
        closed = self.left.intersection(places)
        self.left -= closed
        self.to_read -= sum(self.weights[place] for place in closed)
        return len(closed)

    def longest(self, rows: int) -> float:
        """Tokens to read of so many that are left: those with the longest prompts, which are drawn first."""
        return sum(nlargest(rows, (self.weights[place] for place in self.left)))

    def learn(self, lengths: Iterable[int]) -> None:
        self.lengths = sorted([*self.lengths, *lengths])
        self._steps.clear()

    def to_draw(self, rows: int) -> float:
        """Steps of all answers that are left, except `rows` of them."""
        whole, rest = divmod(max(0, len(self.left) - rows), self.rows)
        return whole * self.steps(self.rows) + self.steps(rest)

    def steps(self, rows: int, so_far: int = 0) -> float:
        """What drawing so many answers is expected to take still, where all have at least `so_far` tokens.

        The step of the first token comes with reading the prompts.
        """
        if (rows, so_far) not in self._steps:
            least = self._reaches(so_far)
            reach = [self._reaches(length) / least for length in range(so_far + 1, self.most)]
            self._steps[rows, so_far] = sum(1 - (1 - one) ** rows + ROW * rows * one for one in reach)
        return self._steps[rows, so_far]

    def _reaches(self, length: int) -> float:
        """The probability that an answer has at least so many tokens."""
        longer = len(self.lengths) - bisect_left(self.lengths, length)
        return (BELIEF * HALF / (HALF + length) + longer) / (BELIEF + len(self.lengths))


@dataclass(slots=True)
class _Batch:
    """`rows` answers under way, `running` of which have at least `steps` tokens; `read`: tokens of their prompts."""

    asked: _Asked
    rows: int
    read: float
    running: int
    steps: int = 0


class Remaining:
    """`total` and `done` are requests over all runs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = self.done = 0
        self._clock = clock
        self._since = clock()
        self._runs: dict[str, _Asked] = {}
        self._reading: defaultdict[str, _Pace] = defaultdict(_Pace)  # of all runs of a kind
        self._drawing = _Pace()  # of all
        self._lately = _Pace(STEADY, STEADY)  # what was measured, against what was believed that it takes
        self._batch: _Batch | None = None

    def expect(self, run: str, kind: str, weights: Sequence[float], most: int = 0, rows: int = 1) -> None:
        """A run that will be asked, of lm-eval's request type `kind`; for the others see `_Asked`."""
        self._runs[run] = _Asked(kind, weights, most, rows, set(range(len(weights))), sum(weights))
        self.total += len(weights)

    def known(self, run: str, places: Iterable[int]) -> None:
        """Requests that were answered before: they take no time, and say nothing of the pace."""
        self.done += self._runs[run].close(places)

    def start(self) -> None:
        """What is computed from here on is that of the next batch."""
        self._since, self._batch = self._clock(), None

    def drawn(self, run: str, rows: int, share: float, running: int) -> None:
        """A step of a batch of `rows` answers, of which `running` drew in it: `share` of the most that they may have.

        What came before the first one is reading the prompts.
        """
        asked, now = self._runs[run], self._clock()
        if self._batch is None:
            self._batch = _Batch(asked, rows, asked.longest(rows), running)
            self._read(asked, now - self._since, self._batch.read)
        else:
            self._drew(asked, now - self._since, 1 + ROW * running)
        self._since = now
        self._batch.running, self._batch.steps = running, round(share * asked.most) - 1

    def answered(self, run: str, places: Sequence[int], lengths: Sequence[int] = ()) -> None:
        """A batch, computed and kept since the last one or `start`; `lengths` are the tokens of written answers."""
        asked = self._runs[run]
        if self._batch is None:
            seconds, read = self._clock() - self._since, sum(asked.weights[place] for place in places)
            self._share_out(asked, seconds, read, max(lengths, default=0) + ROW * sum(lengths))
        asked.learn(lengths)
        self.done += asked.close(places)
        self.start()

    def left(self) -> float | None:
        """Seconds; None before the first batch, or the first step of one."""
        if not self._reading:
            return None
        return self._load * sum(self._left(asked) for asked in self._runs.values() if asked.left)

    def _left(self, asked: _Asked) -> float:
        reading, drawing = self._paces(asked)
        to_read, to_draw = asked.to_read, asked.to_draw(0)
        if self._batch and self._batch.asked is asked:
            to_read -= self._batch.read
            to_draw = asked.steps(self._batch.running, self._batch.steps) + asked.to_draw(self._batch.rows)
        return to_read * reading + to_draw * drawing

    def _share_out(self, asked: _Asked, seconds: float, read: float, drawn: float) -> None:
        """What a batch took whose steps nobody told, between reading and drawing."""
        reading, drawing = self._paces(asked)
        of_reading = seconds * read * reading / (read * reading + drawn * drawing) if drawn else seconds
        self._read(asked, of_reading, read)
        self._drew(asked, seconds - of_reading, drawn)

    def _read(self, asked: _Asked, seconds: float, tokens: float) -> None:
        if asked.reading.work >= TRUST:
            self._follow(seconds, tokens * self._paces(asked)[0])
        asked.reading.add(seconds / self._load, tokens)
        self._reading[asked.kind].add(seconds / self._load, tokens)

    def _drew(self, asked: _Asked, seconds: float, steps: float) -> None:
        if asked.drawing.work >= STEPS:
            self._follow(seconds, steps * self._paces(asked)[1])
        asked.drawing.add(seconds / self._load, steps)
        self._drawing.add(seconds / self._load, steps)

    @property
    def _load(self) -> float:
        """How many times as long all takes now as the paces say, which are without it: others came, or went."""
        return self._lately.seconds / self._lately.work

    def _follow(self, seconds: float, believed: float) -> None:
        """What a run took against what its own pace says; one that was not met yet would tell nothing of the load."""
        kept = exp(-seconds / LATELY)
        self._lately = _Pace(self._lately.seconds * kept + seconds, self._lately.work * kept + believed)

    def _paces(self, asked: _Asked) -> tuple[float, float]:
        """Seconds a token read and a step drawn: of the run, leaning on its kind and that on all where little is known.

        Before anything is, 1 for a token.
        """
        seconds = sum(pace.seconds for pace in self._reading.values())
        tokens = sum(pace.work for pace in self._reading.values())
        kind = self._reading.get(asked.kind, _Pace()).leaning(seconds / tokens if tokens else 1.0, TRUST)
        reading = asked.reading.leaning(kind, TRUST)
        return reading, asked.drawing.leaning(self._drawing.leaning(STEP * reading, STEPS), STEPS)


def tree(texts: Sequence[str]) -> list[int]:
    """The characters to read of each text where what it has in common with one before is read once."""
    order = sorted(range(len(texts)), key=texts.__getitem__)
    weights = [0] * len(texts)
    before = ""
    for place in order:
        weights[place] = len(texts[place]) - common_prefix(before, texts[place])
        before = texts[place]
    return weights


def padded(lengths: Sequence[float], plan: Iterable[Sequence[int]]) -> list[float]:
    """What each row takes where those of a batch are read as if they were as long as its longest."""
    weights = [0.0] * len(lengths)
    for batch in plan:
        for row in batch:
            weights[row] = max(lengths[row] for row in batch)
    return weights
