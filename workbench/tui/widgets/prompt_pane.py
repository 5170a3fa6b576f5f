"""The prompt above the answers that are judged: short, whole, or on one line."""

from __future__ import annotations

from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from workbench.text import plural
from workbench.tui.widgets.lines import rule
from workbench.tui.widgets.reader import Passage, Reader

Fold = Literal["short", "whole", "line"]
_NEXT: dict[Fold, Fold] = {"short": "whole", "whole": "line", "line": "short"}
_NEXT_WORDS: dict[Fold, str] = {"short": "p shows more", "whole": "p folds it", "line": "p shows it"}


class PromptPane(Vertical):
    """Its title, then as many lines as the fold allows and the prompt needs."""

    def __init__(self) -> None:
        super().__init__()
        self._fold: Fold = "short"
        self._short, self._whole = 2, 2  # lines

    def compose(self) -> ComposeResult:
        yield Static(id="prompt-rule", markup=False)
        yield Reader(id="prompt", can_focus=False)

    @property
    def reader(self) -> Reader:
        return self.query_one(Reader)

    @property
    def whole(self) -> bool:
        """Whether all of the prompt is asked for; then it is what scrolls."""
        return self._fold == "whole"

    def show(self, text: str) -> None:
        self.reader.show([Passage(text)])
        self._settle()

    def fold(self) -> None:
        """The next fold; a prompt that is short anyway is not shown whole in between."""
        self._fold = _NEXT[self._fold]
        if self.whole and self._lines <= self._short:
            self._fold = "line"
        if not self.whole:
            self.reader.action_top()
        self._settle()

    def fit(self, short: int, whole: int) -> None:
        """Take at most so many lines in each fold."""
        self._short, self._whole = short, whole
        self._settle()

    @property
    def _lines(self) -> int:
        return self.reader.lines(max(2, self.app.size.width - 3))

    @property
    def _room(self) -> int:
        return {"short": self._short, "whole": self._whole, "line": 1}[self._fold]

    def _settle(self) -> None:
        self.reader.styles.height = min(self._lines, self._room)
        self._title()

    @on(Reader.Moved)
    def _title(self, event: Reader.Moved | None = None) -> None:
        if event:
            event.stop()
        if self.is_attached:  # what was said of the lines may arrive once the screen is left
            self.query_one("#prompt-rule", Static).update(rule("prompt", self._remark(), self.app.size.width))

    def _remark(self) -> str:
        lines = plural(self._lines, "line")
        if self._fold == "short" and self._lines <= self._short:
            return lines
        if self.whole:
            return f"{in_sight(self.reader) or lines} · {_NEXT_WORDS[self._fold]}"
        return f"{min(self._lines, self._room)} of {lines} · {_NEXT_WORDS[self._fold]}"


def in_sight(reader: Reader) -> str:
    """`lines 1–9 of 32 ↓`: which part of a text is shown; empty where all of it is."""
    first, last, lines = reader.in_sight
    if last - first + 1 >= lines or last < first:
        return ""
    return f"lines {first}–{last} of {lines}{' ↓' if last < lines else ''}"
