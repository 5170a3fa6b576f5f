"""Stress: the models and tasks that were perturbed, and the way to what that did to them."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from workbench.store import Store
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.stress import ReportRow, reports

_COLUMNS = (
    Column("run", 5, "right"),
    Column("model"),
    Column("task"),
    Column("n", 6, "right"),
    Column("clean accuracy", 20),
    Column("runs", 5, "right"),
)
_EMPTY = "No model has been put under stress here yet.\n\nn chooses a model and a task."


class StressScreen(LookingScreen[list[ReportRow]]):
    """Newest first."""

    scopes = ("stress", "filter", "list", "screens", "everywhere")
    letter = "stress"
    BINDINGS = bindings("stress", "screens")

    def __init__(self) -> None:
        super().__init__()
        self._reports: list[ReportRow] = []

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)

    def look(self, store: Store) -> list[ReportRow]:
        return reports(store, known=[report.clean for report in self._reports])

    def take(self, found: list[ReportRow]) -> None:
        if found != self._reports or not found:
            self._reports = found
            self.query_one(ListPane).show([_row(report) for report in found])

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return " ".join(cell.text for cell in row.cells) if row else None

    def action_new_stress(self) -> None:
        current = self.query_one(Table).current
        clean = next((one.clean for one in self._reports if current and one.clean.id == current.key), None)
        self.workbench.show_form("stress", {"model": clean.model, "task": clean.task} if clean else {})

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        self.workbench.show_stress(int(str(event.row.key)))


def _row(report: ReportRow) -> Row:
    clean = report.clean
    pending = bool(report.unfinished)
    done = figures.share(report.perturbed, report.perturbed + report.unfinished) if pending else str(report.perturbed)
    cells = (
        Cell(str(clean.id), "muted"), Cell(clean.model, "strong"), Cell(clean.task), Cell(figures.number(clean.items)),
        Cell(figures.interval(clean.accuracy, 3)), Cell(done, "warn" if pending else ""),
    )  # fmt: skip
    return Row(clean.id, cells)
