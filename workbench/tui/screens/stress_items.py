"""The items that a perturbation altered, those with another answer first."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from workbench.store import Store
from workbench.tui.actions import bindings
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.item_list import PairListScreen
from workbench.tui.screens.item_words import pair_columns, perturbed_passages
from workbench.tui.widgets.list_pane import PagedPane
from workbench.tui.widgets.table import Table
from workbench.views.item_pairs import changed_items, item_pairs
from workbench.views.stress import StressRow


class StressItemsScreen(PairListScreen):
    """One row of a stress report."""

    scopes = ("filter", "list", "screens", "everywhere")
    BINDINGS = bindings("screens")

    def __init__(self, clean_run: int, row: StressRow) -> None:
        super().__init__(clean_run, row.run)
        self.row = row

    def heading(self) -> str:
        paired = self.row.paired
        return f"{self.row.variant} · ✗ {paired.lost:,} lost · ✓ {paired.gained:,} gained"

    def body(self) -> ComposeResult:
        yield PagedPane(pair_columns("clean", "perturbed"), "This leaves every item as it is.")

    def find(self, store: Store, words: Sequence[str]) -> Sequence[int]:
        self.items = self.items or changed_items(store, *self.runs)
        return super().find(store, words)

    def remark(self) -> str:
        return "changed items"

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        item_id = int(str(event.row.key))
        title = f"{self.row.variant} · item {event.row.cells[0].text}"
        self.app.push_screen(
            DetailScreen(title, lambda store: perturbed_passages(item_pairs(store, *self.runs, [item_id])[0]))
        )
