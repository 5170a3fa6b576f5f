"""The items of a run: what was asked, the answer, and by how much; all, the wrong, the closest, or the flipped ones."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from workbench.store import Store, runs
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.bench_item import BenchItemScreen, to_rating
from workbench.tui.screens.item_list import ItemListScreen
from workbench.tui.screens.item_words import choice, sign
from workbench.tui.widgets.list_pane import PagedPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.bench import ItemRow, Part, RunRow, beside, item_page, part_of, run_row

_COLUMNS = (
    Column("item", 6, "right"),
    Column("", 7),
    Column("answer", 14),
    Column("gold", 14),
    Column("margin", 7, "right"),
    Column("asked"),
)
_NEXT: dict[Part, Part] = {"all": "wrong", "wrong": "close", "close": "flipped", "flipped": "all"}
_WORDS: dict[Part, str] = {"all": "all items", "wrong": "wrong ones", "close": "margin below ln 2", "flipped": ""}


class BenchItemsScreen(ItemListScreen):
    """A finished run; flipped items are those that another run, once chosen, scored otherwise."""

    scopes = ("items", "filter", "list", "screens", "everywhere")
    BINDINGS = bindings("items", "screens")

    def __init__(self, run_id: int) -> None:
        super().__init__()
        self.run_id = run_id
        self._run: RunRow | None = None
        self._part: Part = "all"
        self._against: int | None = None

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
        return part_of(store, self.run_id, self._part, words, self._against)

    def rows(self, store: Store, found: Sequence[int] | None, start: int, stop: int) -> list[Row]:
        return [_row(item) for item in item_page(store, self.run_id, found, start, stop)]

    def remark(self) -> str:
        return _WORDS[self._part] or f"flipped against run {self._against}"

    # --- keys ---

    def action_next_part(self) -> None:
        self._part = _NEXT[self._part]
        if self._part == "flipped" and self._against is None:
            self._part = "all"
        self.search()

    def action_against(self) -> None:
        self.run_worker(self._choose(), group="against", exclusive=True)

    def action_to_rating(self) -> None:
        row = self.query_one(Table).current
        if row:
            to_rating(self.workbench, self.run_id, int(str(row.key)))

    async def _choose(self) -> None:
        from workbench.tui.screens.pick import PickScreen

        known = await self.workbench.read(lambda store: beside(store, self.run_id))
        if not known:
            self.workbench.say("No other run has these items.")
            return
        names = {
            f"run {row.id}  {row.model}  {row.variant}  {figures.interval(row.accuracy, 3)}": row.id for row in known
        }
        self.app.push_screen(
            PickScreen("Flipped against which run?", list(names)), lambda name: self._chosen(names, name)
        )

    def _chosen(self, names: dict[str, int], name: str | None) -> None:
        if name:
            self._against, self._part = names[name], "flipped"
            self.search()

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        title = f"Run {self.run_id} · item {event.row.cells[0].text}"
        self.app.push_screen(BenchItemScreen(title, self.run_id, int(str(event.row.key))))


def _row(item: ItemRow) -> Row:
    cells = (
        Cell(figures.number(item.position), "muted"), sign(item), Cell(item.text or choice(item, item.answer)),
        Cell(choice(item, item.gold)), Cell(figures.MISSING if item.margin is None else f"{item.margin:.3f}"),
        Cell(item.question, "muted"),
    )  # fmt: skip
    return Row(item.item_id, cells)
