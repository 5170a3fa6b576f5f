"""A task of a mixture: its rows as the mixture holds them, in one of several wordings and after examples."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from workbench.data import formats
from workbench.data.files import Row
from workbench.data.mixtures.order import Draw, drawn
from workbench.data.mixtures.pool import Pool
from workbench.data.mixtures.spec import Part
from workbench.data.mixtures.templates import Templates
from workbench.errors import DataError
from workbench.records import Message
from workbench.spec import derived_seed

_EXAMPLES = 200  # rows of a set from which the shots of all its rows are drawn

Exchange = tuple[tuple[Message, ...], str]  # what is asked, and the answer to learn


class Task:
    """One part of a mixture and its rows. Everything random about a row depends on seed, task, row and time alone."""

    def __init__(self, part: Part, pool: Pool, templates: Templates | None, seed: int) -> None:
        self.part = part
        self.pool = pool
        self._templates = templates
        self._seed = seed

    @property
    def converts(self) -> bool:
        """Whether the rows become prompts with answers, whatever they were."""
        return self._templates is not None or self.part.shots > 0

    @property
    def has_answers(self) -> bool:
        """Whether a row is, or becomes, a prompt with one answer to learn."""
        return self._templates is not None or self.pool.given.layout in formats.ANSWERED

    def stored(self, draw: Draw) -> Row:
        """The row as its set keeps it."""
        return self.pool.row(draw.row)

    def row(self, draw: Draw, converted: bool) -> Row:
        """The row as its set keeps it, or as a prompt with its answer; and where it is from.

        `task` is the name in the mixture, `source` the data set, `source_row` the place in it and `wording` that of
        its templates, both from 1; the row's own columns of these names go. A `family` stays: it is for later splits.
        """
        row, wording = self.pool.row(draw.row), self._wording(draw)
        origin: Row = {
            "task": self.part.task, "source": self.pool.given.name, "source_row": self.pool.numbers[draw.row],
        }  # fmt: skip
        if not converted:
            return {**row, **origin}
        if wording is not None:
            origin["wording"] = wording + 1
        if "family" in row:
            origin["family"] = row["family"]
        asked, answer = self._exchange(row, draw.row, wording)
        turns = self._with_shots(row, asked, draw, wording) if self.part.shots else asked
        return {"prompt": [{"role": one.role, "content": one.content} for one in turns], "completion": answer, **origin}

    def check(self) -> None:
        """DataError where the first row lacks what a wording names, or an answer."""
        row = self.pool.row(0)
        for wording in range(len(self._templates.wordings)) if self._templates else (None,):
            self._exchange(row, 0, wording)

    def _wording(self, draw: Draw) -> int | None:
        """The wording drawn for a row; each time it comes again, the next one."""
        if self._templates is None:
            return None
        first = derived_seed(self._seed, "wording", self.part.task, draw.row)
        return (first + draw.time) % len(self._templates.wordings)

    def _exchange(self, row: Row, at: int, wording: int | None) -> Exchange:
        layout, place = self.pool.given.layout, self.pool.place(at)
        if self._templates is None or wording is None:
            return formats.asked(layout, row, place), formats.answer(row, place)
        prompt, answer = self._templates.fill(wording, layout, row, place)
        return (Message("user", prompt),), answer

    def _with_shots(self, row: Row, asked: tuple[Message, ...], draw: Draw, wording: int | None) -> list[Message]:
        """System turns, then examples in the same wording as earlier turns, then what is asked."""
        others = list(islice(self._others(row, draw), self.part.shots))
        if len(others) < self.part.shots:
            raise DataError(
                f"{self.pool.place(draw.row)}: {self.pool.given.name} has {len(others)} other rows to show "
                f"as examples, not {self.part.shots}.",
                f"Set shots of {self.part.task} to {len(others)}, or add rows.",
            )
        turns = [turn for turn in asked if turn.role == "system"]
        for at, other in others:
            question, answer = self._exchange(other, at, wording)
            turns += [turn for turn in question if turn.role != "system"]
            turns.append(Message("assistant", answer))
        return turns + [turn for turn in asked if turn.role != "system"]

    def _others(self, row: Row, draw: Draw) -> Iterator[tuple[int, Row]]:
        """Rows that ask something else, with their places, in an order of the row's own; none asks the same twice."""
        rng = random.Random(derived_seed(self._seed, "shots", self.part.task, draw.row, draw.time))
        keys = [rng.random() for _ in self._examples]
        seen = {self._question(row, draw.row)}
        for place in sorted(range(len(keys)), key=keys.__getitem__):
            at, other = self._examples[place]
            question = self._question(other, at)
            if question not in seen:
                seen.add(question)
                yield at, other

    def _question(self, row: Row, at: int) -> tuple[Message, ...]:
        """What the row asks as its set keeps it: a wording may ask the same of all."""
        return formats.asked(self.pool.given.layout, row, self.pool.place(at))

    @cached_property
    def _examples(self) -> list[tuple[int, Row]]:
        size = len(self.pool)
        chosen = drawn(size, min(size, _EXAMPLES), self._seed, "examples", self.part.task)
        return [(at, self.pool.row(at)) for at in chosen]
