"""Jobs: what is at work, what waits, and what has ended."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from workbench.text import one_line
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.job_keys import JobKeys
from workbench.tui.tones import of_state
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.jobs import JobRow, job_rows

_COLUMNS = (
    Column("job", 4, "right"),
    Column("what"),
    Column("state", 16),
    Column("progress", 15),
    Column("left", 10, "right"),
)
_EMPTY = "Nothing has been asked of a model yet.\n\nOn Home, n does the next step."
_BAR = 6


class JobsScreen(JobKeys):
    """At work, then waiting in the order they run, then over, newest first; enter watches one."""

    scopes = ("job", "filter", "list", "screens", "everywhere")
    letter = "jobs"
    BINDINGS = bindings("job", "screens")
    CSS_PATH = "jobs.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[JobRow] = []

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="focused", markup=False)

    def refresh_from_store(self) -> None:
        rows = job_rows(self.workbench.store)
        shown = [_row(row) for row in rows]
        if shown != [_row(row) for row in self._rows] or not rows:
            self.query_one(ListPane).show(shown)
        self._rows = rows
        self._show_focused()

    def focused_job(self) -> JobRow | None:
        current = self.query_one(Table).current
        return next((row for row in self._rows if current and row.id == current.key), None)

    def copied(self) -> str | None:
        row = self.focused_job()
        return f"job {row.id} {row.name} {row.state}" if row else None

    @on(Table.Moved)
    def _show_focused(self) -> None:
        """The whole of what a narrow row cuts: the name, and what the job does, waits for or ended with."""
        row, width = self.focused_job(), self.app.size.width - 4
        said = (row.message or row.error or "") if row else ""
        words = f"{one_line(row.name, width)}\n{one_line(said, width)}" if row else ""
        self.query_one("#focused", Static).update(words)

    @on(Table.Chosen)
    def _watch(self, event: Table.Chosen) -> None:
        self.workbench.show_job(int(str(event.row.key)))


def _row(row: JobRow) -> Row:
    tone = of_state(row.state)
    left = figures.duration(row.eta) if not row.ended else figures.MISSING
    progress = f"{figures.bar(row.done, row.total, _BAR)} {figures.share(row.done, row.total)}"
    return Row(row.id, (Cell(str(row.id), "muted"), Cell(row.doing), Cell(row.state, tone), Cell(progress), Cell(left)))
