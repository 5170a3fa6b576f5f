"""A text to read: foreign or ours, wrapped once, painted a line at a time. 100,000 characters scroll like ten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len
from rich.segment import Segment
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.text import clean
from workbench.tui.actions import bindings
from workbench.tui.tones import TONE_CLASSES, Tone
from workbench.tui.wrap import wrap

LABEL = 17  # cells
_LONGEST_LABEL = 200  # characters: the name of a column of foreign data may be anything
_MARKED = re.compile("(«[^«»]*»?)")
LIMIT = 200_000  # characters of one text; the rest stays in the store, and the text says how many


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text in one tone; it starts on a line of its own, behind its label where it has one.

    `marks`: what stands between « and » is painted as an accent. `pieces` make up the text, each in a tone of its own.
    """

    text: str
    tone: Tone = ""
    label: str = ""
    marks: bool = False
    pieces: tuple[tuple[str, Tone], ...] = ()

    @property
    def plain(self) -> str:
        return f"{self.label}: {self.text}" if self.label else self.text

    def lines(self, width: int) -> list[str]:
        """Wrapped to `width` cells."""
        return ["".join(line) for line in self.laid_out(width)]

    def laid_out(self, width: int) -> list[tuple[str, str]]:
        """(before, words) a line: the text stands beside its label, or beneath one that would run into it."""
        if not self.label:
            return [("", line) for line in wrap(self.text, width)]
        texts = [(" " * LABEL, line) for line in wrap(self.text, width - LABEL)]
        gap = LABEL - cell_len(self.label)
        if gap <= 0:
            return [*((line, "") for line in wrap(self.label, width)), *texts]
        return [(self.label + " " * gap, texts[0][1]), *texts[1:]]


class Reader(ScrollView, can_focus=True):
    """Shows passages. Everything is cleaned here, whatever it is: no caller can forget it."""

    COMPONENT_CLASSES = TONE_CLASSES
    BINDINGS = bindings("reader")

    class Moved(Message):
        """Other lines are in sight: the text, its place or the room for it has changed."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Reader.Moved)

    def __init__(self, *, id: str | None = None, can_focus: bool = True) -> None:
        super().__init__(id=id)
        self.can_focus = can_focus
        self._passages: tuple[Passage, ...] = ()
        self._lines: list[list[tuple[str, Tone]]] = []
        self._width = 0

    @property
    def text(self) -> str:
        """What is shown, unwrapped: for the clipboard."""
        return "\n".join(passage.plain for passage in self._passages)

    @property
    def in_sight(self) -> tuple[int, int, int]:
        """(first, last, of how many): the lines that are shown, counted from 1."""
        top = self.scroll_offset.y
        return top + 1, min(len(self._lines), top + self.size.height), len(self._lines)

    def show(self, passages: Sequence[Passage], at_end: bool = False, stay: bool = False) -> bool:
        """Show these; False if they are on the screen already.

        A new text is shown from its beginning, or end; `stay`: at the same line, for it is the old one in other words.
        """
        cleaned = tuple(_cleaned(one) for one in passages)
        if cleaned == self._passages:
            return False
        self._passages = cleaned
        self._wrap()
        if not stay:
            self.scroll_to(y=max(0, len(self._lines) - self.size.height) if at_end else 0, animate=False)
        return True

    def lines(self, width: int) -> int:
        """How many lines the text takes at this width."""
        return sum(len(one.lines(width)) for one in self._passages)

    def on_resize(self, _: Resize) -> None:
        if self._room() != self._width:
            self._wrap()
        self.post_message(self.Moved())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        runs = self._lines[at] if at < len(self._lines) else []
        return Strip([self._segment(*run) for run in runs]).adjust_cell_length(self.size.width, self.rich_style)

    def _segment(self, text: str, tone: Tone) -> Segment:
        return Segment(text, self.get_component_rich_style(f"tone--{tone}") if tone else self.rich_style)

    def action_line_up(self) -> None:
        self.scroll_relative(y=-1, animate=False)

    def action_line_down(self) -> None:
        self.scroll_relative(y=1, animate=False)

    def action_text_page_up(self) -> None:
        self.scroll_relative(y=1 - self.size.height, animate=False)

    def action_text_page_down(self) -> None:
        self.scroll_relative(y=self.size.height - 1, animate=False)

    def action_top(self) -> None:
        self.scroll_to(y=0, animate=False)

    def action_bottom(self) -> None:
        self.scroll_to(y=len(self._lines), animate=False)

    def _room(self) -> int:
        """Cells to write in: one is left to the scroll bar, so that its coming and going changes no line."""
        return max(2, self.container_size.width - self.styles.gutter.width - 1)

    def _wrap(self) -> None:
        self._width = self._room()
        self._lines = [runs for one in self._passages for runs in _toned(one, self._width)]
        self.virtual_size = Size(self._width, len(self._lines))
        self.refresh()
        self.post_message(self.Moved())


def _cleaned(one: Passage) -> Passage:
    label = clean(one.label, _LONGEST_LABEL).replace("\n", " ")
    if not one.pieces:
        return replace(one, text=clean(one.text, LIMIT), label=label)
    pieces = tuple((clean(text, LIMIT), tone) for text, tone in one.pieces)
    return replace(one, text="".join(text for text, _ in pieces), label=label, pieces=pieces)


def _toned(one: Passage, width: int) -> Iterator[list[tuple[str, Tone]]]:
    """The lines of a passage, each as stretches of one tone."""
    pieces = one.pieces or (_marked(one) if one.marks else ())
    if not pieces:
        yield from ([(line, one.tone)] for line in one.lines(width))
        return
    tones = [tone for text, tone in pieces for _ in text]
    at = 0
    for before, line in one.laid_out(width):
        words = line.lstrip()
        before += line[: len(line) - len(words)]
        at = one.text.index(words, at)  # where the words of this line begin in the text
        of = zip(words, tones[at : at + len(words)], strict=True)
        runs = ((tone, "".join(letter for letter, _ in run)) for tone, run in groupby(of, key=itemgetter(1)))
        yield [*([(before, one.tone)] if before else []), *((text, tone) for tone, text in runs)]
        at += len(words)


def _marked(one: Passage) -> tuple[tuple[str, Tone], ...]:
    parts = (part for part in _MARKED.split(one.text) if part)
    return tuple((part, "accent" if part.startswith("«") else one.tone) for part in parts)
