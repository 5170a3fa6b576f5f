"""The items of a run: what was asked, the answer, and by how much; all, the wrong ones, or the closest."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from workbench.store import Store, runs
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.item_list import ItemListScreen
from workbench.tui.screens.item_words import choice, item_passages, sign
from workbench.tui.widgets.list_pane import PagedPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.bench import ItemRow, Part, RunRow, item_page, item_rows, part_of, run_row

_COLUMNS = (
    Column("item", 6, "right"),
    Column("", 7),
    Column("answer", 14),
    Column("gold", 14),
    Column("margin", 7, "right"),
    Column("asked"),
)
_NEXT: dict[Part, Part] = {"all": "wrong", "wrong": "close", "close": "all"}
_WORDS: dict[Part, str] = {"all": "all items", "wrong": "wrong ones", "close": "margin below ln 2"}


class BenchItemsScreen(ItemListScreen):
    """A finished run."""

    scopes = ("items", "filter", "list", "screens", "everywhere")
    BINDINGS = bindings("items", "screens")

    def __init__(self, run_id: int) -> None:
        super().__init__()
        self.run_id = run_id
        self._run: RunRow | None = None
        self._part: Part = "all"

    def heading(self) -> str:
        run = self._run
        known = f" · {run.model} · {run.task} · {figures.interval(run.accuracy, 3)}" if run else ""
        return f"Run {self.run_id}{known}"

    def body(self) -> ComposeResult:
        yield PagedPane(_COLUMNS, "No item is like that.")

    def total(self) -> int:
        return self._run.items if self._run else 0

    def find(self, store: Store, words: Sequence[str]) -> Sequence[int] | None:
        if self._run is None:
            self._run = run_row(store, runs.by_id(store, self.run_id))
        return part_of(store, self.run_id, self._part, words)

    def rows(self, store: Store, found: Sequence[int] | None, start: int, stop: int) -> list[Row]:
        return [_row(item) for item in item_page(store, self.run_id, found, start, stop)]

    def remark(self) -> str:
        return _WORDS[self._part]

    def action_next_part(self) -> None:
        self._part = _NEXT[self._part]
        self.search()

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        item_id = int(str(event.row.key))
        title = f"Run {self.run_id} · item {event.row.cells[0].text}"
        self.app.push_screen(
            DetailScreen(title, lambda store: item_passages(item_rows(store, self.run_id, [item_id])[0]))
        )


def _row(item: ItemRow) -> Row:
    cells = (
        Cell(figures.number(item.position), "muted"), sign(item), Cell(item.text or choice(item, item.answer)),
        Cell(choice(item, item.gold)), Cell(figures.MISSING if item.margin is None else f"{item.margin:.3f}"),
        Cell(item.question, "muted"),
    )  # fmt: skip
    return Row(item.item_id, cells)
