"""A list of any length: rows are asked for in pages as they come into view, and painted a line at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.text import one_line
from workbench.tui.actions import bindings
from workbench.tui.tones import TONE_CLASSES, Tone

PAGE = 100
_GAP = 2
_MARK = "▸ "


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in cells; 0 shares what is left with the other columns of width 0.

    The column is left out of a table that is narrower than `needs`.
    """

    title: str
    width: int = 0
    align: Literal["left", "right"] = "left"
    needs: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Row:
    """`key` names the thing behind the row, so that the cursor stays on it when rows come and go."""

    key: Hashable
    cells: tuple[Cell, ...]


Fetch = Callable[[int, int], Sequence[Row]]


class Table(ScrollView, can_focus=True):
    """Rows under a fixed head. `empty` is what it says when it is shown no rows."""

    COMPONENT_CLASSES = TONE_CLASSES | {"table--head", "table--cursor"}
    BINDINGS = bindings("list")

    class Chosen(Message):
        """Enter on a row."""

        def __init__(self, table: Table, row: Row) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> Table:
            return self.table

    class Moved(Message):
        """Another row is under the cursor, or none (None)."""

        def __init__(self, table: Table, row: Row | None) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> Table:
            return self.table

    def __init__(self, columns: Sequence[Column], empty: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.empty = empty
        self.cursor = 0
        self.count = 0
        self._fetch: Fetch = lambda *_: ()
        self._pages: dict[int, Sequence[Row]] = {}
        self._on: Row | None = None
        self._shown = False

    def show(self, count: int, fetch: Fetch) -> None:
        """Show `count` rows; `fetch(start, stop)` gives those of a page. The cursor stays on the row it was on."""
        self.count, self._fetch, self._shown = count, fetch, True
        self._pages.clear()
        self.cursor = self._find(self._on.key) if self._on else min(self.cursor, max(0, count - 1))
        self.virtual_size = Size(self.container_size.width, count + 1)
        self._follow()
        self.refresh()

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.row(self.cursor) if self.count else None

    def row(self, index: int) -> Row:
        page = index // PAGE
        if page not in self._pages:
            self._pages[page] = self._fetch(page * PAGE, min(self.count, (page + 1) * PAGE))
        return self._pages[page][index % PAGE]

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; past the ends, on the first or last."""
        index = min(max(0, index), max(0, self.count - 1))
        if index != self.cursor:
            self.cursor = index
            self._follow()
            self.refresh()

    def on_resize(self, _: Resize) -> None:
        self.virtual_size = Size(self.container_size.width, self.count + 1)
        self._follow()

    def render_line(self, y: int) -> Strip:
        if y == 0:
            head = self.get_component_rich_style("table--head")
            return self._strip([Cell(column.title) for column in self.columns], "  ", head, toned=False)
        if self.count == 0:
            return self._empty_line(y)
        index = y - 1 + self.scroll_offset.y
        if index >= self.count:
            return Strip.blank(self.size.width, self.rich_style)
        if index == self.cursor:
            style = self.get_component_rich_style("table--cursor")
            return self._strip(self.row(index).cells, _MARK, style, toned=False)
        return self._strip(self.row(index).cells, "  ", self.rich_style, toned=True)

    def action_cursor_up(self) -> None:
        self.move_to(self.cursor - 1)

    def action_cursor_down(self) -> None:
        self.move_to(self.cursor + 1)

    def action_page_up(self) -> None:
        self.move_to(self.cursor - self._rows_in_view())

    def action_page_down(self) -> None:
        self.move_to(self.cursor + self._rows_in_view())

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(self.count - 1)

    def action_choose(self) -> None:
        if self.current:
            self.post_message(self.Chosen(self, self.current))

    def _follow(self) -> None:
        """Scroll the cursor into view and say which row it is on."""
        top, rows = self.scroll_offset.y, self._rows_in_view()
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + rows:
            self.scroll_to(y=self.cursor - rows + 1, animate=False)
        now = self.current
        if now != self._on:
            self._on = now
            self.post_message(self.Moved(self, now))

    def _find(self, key: Hashable) -> int:
        """Where the row of that key is now: looked for in the pages around the cursor."""
        last = max(0, self.count - 1)
        near = range(max(0, self.cursor - PAGE), min(self.count, self.cursor + PAGE))
        at = next((index for index in near if self.row(index).key == key), None)
        return min(self.cursor, last) if at is None else at

    def _rows_in_view(self) -> int:
        return max(1, self.size.height - 1)

    def _widths(self) -> list[int]:
        """Cells of each column; 0: left out."""
        columns = [column for column in self.columns if self._fits(column)]
        fixed = sum(column.width for column in columns)
        left = self.container_size.width - len(_MARK) - fixed - _GAP * (len(columns) - 1) - 1  # 1: scroll bar
        sharing = sum(not column.width for column in columns) or 1
        return [(column.width or max(4, left // sharing)) if self._fits(column) else 0 for column in self.columns]

    def _fits(self, column: Column) -> bool:
        return self.container_size.width >= column.needs

    def _strip(self, cells: Sequence[Cell], mark: str, style: Style, toned: bool) -> Strip:
        segments = [Segment(mark, style)]
        for column, cell, width in zip(self.columns, cells, self._widths(), strict=True):
            if not width:
                continue
            text = _fitting(cell.text, width)
            padded = set_cell_size(" " * (width - cell_len(text)) + text if column.align == "right" else text, width)
            tone = self.get_component_rich_style(f"tone--{cell.tone}") if toned and cell.tone else style
            segments += [Segment(padded, tone), Segment(" " * _GAP, style)]
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def _empty_line(self, y: int) -> Strip:
        lines = self.empty.split("\n")
        text = lines[y - 2] if self._shown and 2 <= y < len(lines) + 2 else ""
        style = self.get_component_rich_style("tone--muted")
        return Strip([Segment("  " + text, style)]).adjust_cell_length(self.size.width, self.rich_style)


def _fitting(text: str, width: int) -> str:
    """One line of at most `width` cells; what is cut says so."""
    line = one_line(text, width)
    return line if cell_len(line) <= width else f"{set_cell_size(line, width - 1).rstrip()}…"
