"""The judgments behind a number, oldest first; enter shows one with its texts in full."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from workbench.store import Store
from workbench.store.told import Told
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.item_list import ItemListScreen
from workbench.tui.widgets.list_pane import PagedPane
from workbench.tui.widgets.reader import Passage
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.agree import behind, holding

_COLUMNS = (
    Column("rater", 12), Column("criterion", 10), Column("said", 8), Column("after", 7, "right"),
    Column("prompt"), Column("answer"),
)  # fmt: skip


class ToldScreen(ItemListScreen):
    """The judgments stay in the store and are paged in."""

    scopes = ("filter", "list", "screens", "everywhere")
    BINDINGS = bindings("screens")

    def __init__(self, title: str, judgment_ids: Sequence[int]) -> None:
        super().__init__()
        self._title = title
        self._ids = judgment_ids

    def heading(self) -> str:
        return self._title

    def body(self) -> ComposeResult:
        yield PagedPane(_COLUMNS, "No judgment is like that.")

    def total(self) -> int:
        return len(self._ids)

    def find(self, store: Store, words: Sequence[str]) -> Sequence[int]:
        return holding(store, self._ids, words)

    def rows(self, store: Store, found: Sequence[int] | None, start: int, stop: int) -> list[Row]:
        return [_row(one) for one in behind(store, (found or ())[start:stop])]

    def remark(self) -> str:
        return "judgments"

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        judgment_id = int(str(event.row.key))
        self.app.push_screen(
            DetailScreen(f"Judgment {judgment_id}", lambda store: told_passages(behind(store, [judgment_id])[0]))
        )


def told_passages(one: Told) -> list[Passage]:
    """Who said what of which text, and how long that took."""
    facts = [
        ("rater", one.rater), ("criterion", one.criterion or figures.MISSING), ("said", one.said),
        ("after", f"{one.milliseconds / 1000:.1f} s"), ("at", f"{figures.day(one.created_at)} UTC"),
        ("batch", f"{one.batch_id}, item {one.item_id}"),
    ]  # fmt: skip
    other = [] if one.other is None else [Passage(""), Passage("answer 2", "accent"), Passage(one.other)]
    return [
        *(Passage(value, label=name) for name, value in facts),
        Passage(""), Passage("prompt", "accent"), Passage(one.prompt),
        Passage(""), Passage("answer", "accent"), Passage(one.answer), *other,
    ]  # fmt: skip


def _row(one: Told) -> Row:
    cells = (
        Cell(one.rater), Cell(one.criterion, "muted"), Cell(one.said, "strong"),
        Cell(f"{one.milliseconds / 1000:.1f} s", "muted"), Cell(one.prompt, "muted"), Cell(one.answer),
    )  # fmt: skip
    return Row(one.id, cells)
