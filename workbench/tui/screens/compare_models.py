"""Two models on every task of both: which differences can be seen; enter shows one task item by item."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.text import one_line
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.tones import TONES
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.compare_models import ModelComparison, TaskRow

_SCORE = 13
_COLUMNS = (
    Column("task"), Column("difference [95 %]", 25), Column("✓", 4, "right"), Column("✗", 4, "right"),
    Column("p Holm", 6, "right"), Column("would show", 10, "right", needs=96), Column("seen", 6, "right"),
    Column("baseline", _SCORE, needs=110), Column("second", _SCORE, needs=110),
)  # fmt: skip


class CompareModelsScreen(WorkbenchScreen[None]):
    """The baseline first, then the model that was in focus; both ways of the flips, and p after Holm over the tasks."""

    scopes = ("filter", "list", "screens", "everywhere")
    BINDINGS = bindings("screens")
    CSS_PATH = "compare_models.tcss"

    def __init__(self, found: ModelComparison) -> None:
        super().__init__()
        self.found = found

    def heading(self) -> str:
        return f"◆ {self.found.first} with {self.found.second}"

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, "They have no task in common.")
        yield Static(id="verdict", markup=False)

    def on_mount(self) -> None:
        self.query_one(ListPane).show([_row(row) for row in self.found.tasks])

    def copied(self) -> str | None:
        return self.found.verdict

    @on(Table.Moved)
    def _show_focused(self) -> None:
        row, width = self._focused(), self.app.size.width - 4
        parts: list[Content | str | tuple[str, str]] = [(one_line(self.found.verdict, width), "bold $accent"), "\n"]
        if row:
            parts += [one_line(f"{row.task}: {row.verdict}", width), "\n"]
            parts += [f"{one_line(_baseline(row), width)}\n"]
            warnings = row.found.warnings if row.found else ()
            parts += [(one_line(" ".join(warnings), width), "$warning")]
        self.query_one("#verdict", Static).update(Content.assemble(*parts))

    @on(Table.Chosen)
    def _open(self) -> None:
        from workbench.tui.screens.compare import CompareScreen

        row = self._focused()
        if row and row.found:
            self.app.push_screen(CompareScreen(row.found))
        elif row:
            self.workbench.say(row.verdict)

    def _focused(self) -> TaskRow | None:
        shown = self.query_one(Table).current
        return next((row for row in self.found.tasks if shown and row.task == shown.key), None)


def _row(row: TaskRow) -> Row:
    found = row.found
    if found is None:
        return Row(row.task, (Cell(row.task), Cell("! not compared", "warn"), *(Cell(figures.MISSING),) * 7))
    paired, tone = found.paired, TONES[row.sign]
    seen = "/".join(figures.number(one.contaminated) for one in (found.first, found.second))
    cells = (
        Cell(row.task, "strong"), Cell(f"{row.sign or ' '} {figures.difference(paired.difference)}", tone),
        Cell(figures.number(paired.gained)), Cell(figures.number(paired.lost)), Cell(figures.ratio(row.adjusted)),
        Cell(figures.ratio(paired.detectable), "muted"), Cell(seen, "muted"),
        Cell(figures.bounds(found.first.accuracy)), Cell(figures.bounds(found.second.accuracy)),
    )  # fmt: skip
    return Row(row.task, cells)


def _baseline(row: TaskRow) -> str:
    """What both are above guessing and the simple classifier."""
    return " · ".join(
        f"above {one.name} ({one.value.estimate:.3f}): "
        f"{figures.difference(one.first)} and {figures.difference(one.second)}"
        for one in (row.found.baselines if row.found else ())
    )
