"""Lists of the items of runs that stay in the store: what is looked for is found in the background, then paged in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import on

from workbench.store import Store
from workbench.tui.screens.base import WorkbenchScreen, head, unless_gone
from workbench.tui.screens.item_words import pair_row
from workbench.tui.widgets.list_pane import PagedPane
from workbench.tui.widgets.table import Row, Table
from workbench.views.item_pairs import held_by, item_pairs


class ItemListScreen(WorkbenchScreen[None]):
    """A finished run never changes: its items are looked for once, and again when other words or parts are wanted."""

    def total(self) -> int:
        """How many items there are without a filter."""
        raise NotImplementedError

    def find(self, store: Store, words: Sequence[str]) -> Sequence[int] | None:
        """The ids of the items that hold the words, in the order of the list; None: all. Called in another thread."""
        raise NotImplementedError

    def rows(self, store: Store, found: Sequence[int] | None, start: int, stop: int) -> list[Row]:
        """The rows of a page of what was found."""
        raise NotImplementedError

    def remark(self) -> str:
        """What is counted in the first line."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Called once the items are found, before any is shown."""

    def on_mount(self) -> None:
        self.search()

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return row.cells[-1].text if row else None

    @on(PagedPane.Wanted)
    def search(self) -> None:
        """Look for the items that are wanted now; the newest wish wins."""
        self.run_latest(partial(self._search, self.query_one(PagedPane).words), group="search")

    async def _search(self, words: Sequence[str]) -> None:
        answer = await self.workbench.read(lambda store: (self.find(store, words),))
        if answer is None:
            return
        self.prepare()
        found, store, total = answer[0], self.workbench.store, self.total()
        count = total if found is None else len(found)
        with unless_gone():
            self.query_one(PagedPane).show_found(count, total, lambda start, stop: self.rows(store, found, start, stop))
            head(self).show(self.heading(), f"{self.remark()}: {count:,} of {total:,}")


class PairListScreen(ItemListScreen):
    """Items in two runs beside each other; `items` are their ids in the order of the list."""

    def __init__(self, first: int, second: int, items: Sequence[int] = ()) -> None:
        super().__init__()
        self.runs = (first, second)
        self.items = items

    def total(self) -> int:
        return len(self.items)

    def find(self, store: Store, words: Sequence[str]) -> Sequence[int]:
        return held_by(store, self.runs, self.items, words)

    def rows(self, store: Store, found: Sequence[int] | None, start: int, stop: int) -> list[Row]:
        return [pair_row(pair) for pair in item_pairs(store, *self.runs, (found or ())[start:stop])]
