"""One model on one task under stress: every perturbation at every severity beside the clean items."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.store import Store
from workbench.text import one_line
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.base import head
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.tones import Tone
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.stress import Stress, StressRow, stress

WIDE = 114  # cells that all columns take
NOTHING = "nothing changed"
_TONES: dict[str, Tone] = {"worse": "bad", "better": "good", "": ""}
_COLUMNS = (
    Column("perturbation"),
    Column("changed", 9, "right"),
    Column("clean", 5, "right", WIDE),
    Column("now", 5, "right", WIDE),
    Column("", 3),
    Column("difference [95 %]", 23),
    Column("+ / -", 7, "right", WIDE),
    Column("p Holm", 6, "right"),
    Column("flips", 5, "right"),
    Column("PDR", 6, "right", WIDE),
)


class StressReportScreen(LookingScreen[Stress]):
    """The row in focus is told in full below; enter shows its items."""

    scopes = ("filter", "list", "screens", "everywhere")
    BINDINGS = bindings("screens")
    CSS_PATH = "stress_report.tcss"

    def __init__(self, clean_run: int) -> None:
        super().__init__()
        self.clean_run = clean_run
        self._found: Stress | None = None

    def heading(self) -> str:
        return f"Stress · run {self.clean_run}"

    def body(self) -> ComposeResult:
        yield Static(id="together", markup=False)
        yield ListPane(_COLUMNS, "No perturbed run is finished yet.")
        yield Static(id="focused", markup=False)

    def look(self, store: Store) -> Stress:
        return stress(store, self.clean_run)

    def take(self, found: Stress) -> None:
        if found == self._found:
            return
        self._found = found
        clean = found.clean
        head(self).show(f"Stress · {clean.model} · {clean.task}", f"clean {figures.interval(clean.accuracy, 3)}")
        self.query_one("#together", Static).update(_together(found))
        self.query_one(ListPane).show([_row(row) for row in found.rows])
        self._show_focused()

    def copied(self) -> str | None:
        row = self._focused()
        return f"{row.variant}: {row.verdict}" if row else None

    def _focused(self) -> StressRow | None:
        shown = self.query_one(Table).current
        rows = self._found.rows if self._found else ()
        return next((row for row in rows if shown and row.run == shown.key), None)

    def on_resize(self) -> None:
        self._show_focused()

    @on(Table.Moved)
    def _show_focused(self) -> None:
        row, found = self._focused(), self._found
        told = _told(row, found.floor, self.app.size.width - 4) if row and found else Content("")
        self.query_one("#focused", Static).update(told)

    @on(Table.Chosen)
    def _open(self) -> None:
        from workbench.tui.screens.stress_items import StressItemsScreen

        row = self._focused()
        if row:
            self.app.push_screen(StressItemsScreen(self.clean_run, row))


def _row(row: StressRow) -> Row:
    paired = row.paired
    seen = _seen(row)
    shown = figures.difference(paired.difference) if row.changed else NOTHING
    cells = (
        Cell(row.variant), Cell(figures.share(row.changed, row.n)), Cell(figures.ratio(paired.first)),
        Cell(figures.ratio(paired.second)), Cell(_heat(row), seen or "muted"),
        Cell(shown, seen), Cell(f"{paired.gained} / {paired.lost}"), Cell(figures.ratio(row.p), seen),
        Cell(figures.ratio(row.flip_rate)), Cell(figures.ratio(row.drop)),
    )  # fmt: skip
    return Row(row.run, cells)


def _seen(row: StressRow) -> Tone:
    """The tone of a difference that is seen; none of one that is not."""
    return _TONES[row.finding]


def _heat(row: StressRow) -> str:
    """By how much it is worse or better, whichever way the metric goes, where that is seen."""
    if not row.finding:
        return "=" if row.changed else figures.MISSING
    return figures.heat(abs(row.paired.difference.estimate) * (1 if row.better else -1))


def _together(found: Stress) -> Content:
    floor = "was not done" if found.floor is None else f"flips {figures.ratio(found.floor)} of the answers"
    parts: list[Content | str | tuple[str, str]] = [
        (found.verdict, "bold"), "\n", (f"noise floor: asking the clean items again {floor}", "$muted"),
    ]  # fmt: skip
    if found.unfinished:
        parts += ["\n", (f"! {found.unfinished} more not finished: w shows the job", "$warning")]
    return Content.assemble(*parts)


def _told(row: StressRow, floor: float | None, width: int) -> Content:
    """Everything about one row, in words."""
    paired = row.paired
    changed = f"{row.variant}: {row.changed:,} of {row.n:,} items changed"
    parts: list[Content | str | tuple[str, str]] = [(one_line(changed, width), "bold"), "\n"]
    if row.changed:
        parts += [
            f"clean {figures.ratio(paired.first)}, perturbed {figures.ratio(paired.second)}, PDR ",
            f"{figures.ratio(row.drop)}, p {figures.ratio(row.p)} after Holm ({figures.ratio(paired.p)} alone)\n",
            f"✗ {paired.lost:,} right → wrong, ✓ {paired.gained:,} wrong → right; ",
            f"flip rate {figures.ratio(row.flip_rate)}, noise floor {figures.ratio(floor)}\n",
        ]
    return Content.assemble(*parts, (row.verdict, "$accent"))
