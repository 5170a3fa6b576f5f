"""A list with the filter that every list has: `/`, words, and how many rows are left. In memory, or in pages."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from workbench.tui.actions import bindings
from workbench.tui.widgets.table import Column, Fetch, Row, Table


class ListPane(Vertical):
    """A table and, while it is filtered, a line with the words and the count."""

    BINDINGS = bindings("filter")

    def __init__(self, columns: Sequence[Column], empty: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.table = Table(columns, empty)
        # Made here, not in compose: a screen may show its rows before its children stand.
        self._input = Input(compact=True, classes="filter-words")
        self._count = Static("", classes="filter-count")
        self._rows: Sequence[Row] = ()
        self._shown: Sequence[Row] = ()

    def compose(self) -> ComposeResult:
        yield self.table
        with Horizontal(classes="filter"):
            yield Static("/ ", classes="filter-mark")
            yield self._input
            yield self._count

    @property
    def filtering(self) -> bool:
        return self.has_class("-filtering")

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows, under the filter that is set."""
        self._rows = rows
        self._apply()

    def action_filter(self) -> None:
        self.add_class("-filtering")
        self._input.focus()

    def end_filter(self) -> None:
        """Show all rows again."""
        self.remove_class("-filtering")
        self._input.value = ""
        self.table.focus()

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._apply()

    @on(Input.Submitted)
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.table.focus()

    @property
    def words(self) -> list[str]:
        """What the filter looks for; empty for all rows."""
        return self._input.value.casefold().split()

    def _apply(self) -> None:
        words = self.words
        self._shown = [row for row in self._rows if _holds(row, words)] if words else self._rows
        self._paint(len(self._shown), len(self._rows), lambda start, stop: self._shown[start:stop])

    def _paint(self, count: int, total: int, fetch: Fetch) -> None:
        self.table.show(count, fetch)
        self._count.update(Content(f"{count:,} of {total:,}"))


class PagedPane(ListPane):
    """A list that stays in the store: the screen is told what to look for, and shows what it found in pages."""

    class Wanted(Message):
        """Other words are looked for."""

    def show_found(self, count: int, total: int, fetch: Fetch) -> None:
        """Show `count` rows of `total`; `fetch` as for Table.show."""
        self._paint(count, total, fetch)

    def _apply(self) -> None:
        self.post_message(self.Wanted())


def _holds(row: Row, words: Sequence[str]) -> bool:
    text = " ".join(cell.text for cell in row.cells).casefold()
    return all(word in text for word in words)
