"""A text beneath a ruled line that says what it is and, where it does not fit, which lines of it are in sight."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from workbench.tui.widgets.lines import rule
from workbench.tui.widgets.reader import Reader


class TitledText(Vertical):
    """A subclass names its widgets, and says what stands in the line."""

    name_of_text: ClassVar[str]  # the id of the reader; that of the line is NAME-rule

    def compose(self) -> ComposeResult:
        yield Static(id=f"{self.name_of_text}-rule", markup=False)
        yield Reader(id=self.name_of_text, can_focus=False)

    @property
    def reader(self) -> Reader:
        return self.query_one(Reader)

    def title(self) -> tuple[str, str]:
        """What stands at the left of the line, and at its right."""
        raise NotImplementedError

    @on(Reader.Moved)
    def say_lines(self, event: Reader.Moved | None = None) -> None:
        """Write the line anew."""
        if event:
            event.stop()
        if self.is_attached:  # what was said of the lines may arrive once the screen is left
            line = rule(*self.title(), self.app.size.width)
            self.query_one(f"#{self.name_of_text}-rule", Static).update(line)


def in_sight(reader: Reader) -> str:
    """`lines 1–9 of 32 ↓`: which part of a text is shown; empty where all of it is."""
    first, last, lines = reader.in_sight
    if last - first + 1 >= lines or last < first:
        return ""
    return f"lines {first}–{last} of {lines}{' ↓' if last < lines else ''}"
