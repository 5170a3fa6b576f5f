"""Choosing one of a few: a list over the screen it was asked on."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table


class PickScreen(WorkbenchScreen[str | None]):
    """Dismissed with the option that enter was pressed on; left with esc, with nothing."""

    scopes = ("filter", "list", "everywhere")

    def __init__(self, question: str, options: Sequence[str], chosen: str | None = None) -> None:
        super().__init__()
        self._question = question
        self._options = tuple(options)
        self._chosen = chosen

    def heading(self) -> str:
        return self._question

    def body(self) -> ComposeResult:
        yield ListPane([Column("")], "There is nothing to choose from yet.")

    def on_mount(self) -> None:
        pane = self.query_one(ListPane)
        pane.show([Row(option, (Cell(option),)) for option in self._options])
        if self._chosen in self._options:
            pane.table.move_to(self._options.index(self._chosen))

    @on(Table.Chosen)
    def _picked(self, event: Table.Chosen) -> None:
        self.dismiss(str(event.row.key))
