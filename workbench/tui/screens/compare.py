"""Compare: two runs on the same items; whether a difference can be seen, and the items that changed sides."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.text import one_line
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.item_list import PairListScreen
from workbench.tui.screens.item_words import compared_passages, pair_columns
from workbench.tui.widgets.list_pane import PagedPane
from workbench.tui.widgets.table import Table
from workbench.views.bench import RunRow
from workbench.views.compare import Comparison
from workbench.views.item_pairs import item_pairs


class CompareScreen(PairListScreen):
    """The baseline first, then the run that was in focus; flipped items below."""

    scopes = ("filter", "list", "screens", "everywhere")
    BINDINGS = bindings("screens")
    CSS_PATH = "compare.tcss"

    def __init__(self, found: Comparison) -> None:
        super().__init__(found.first.id, found.second.id, found.flipped)
        self.found = found

    def heading(self) -> str:
        return f"Compare run {self.runs[0]} with run {self.runs[1]} · {self.found.first.task}"

    def body(self) -> ComposeResult:
        yield Static(_facts(self.found, self.app.size.width - 4), id="facts", markup=False)
        yield PagedPane(pair_columns(*(f"run {one}" for one in self.runs)), "No item changed sides.")

    def remark(self) -> str:
        return "flipped items"

    def copied(self) -> str | None:
        return self.found.verdict

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        item_id = int(str(event.row.key))
        names = (self.found.first.model, self.found.second.model)
        if names[0] == names[1]:
            names = (f"run {self.runs[0]}", f"run {self.runs[1]}")
        title = f"Runs {self.runs[0]} and {self.runs[1]} · item {event.row.cells[0].text}"
        self.app.push_screen(
            DetailScreen(title, lambda store: compared_passages(item_pairs(store, *self.runs, [item_id])[0], *names))
        )


def _facts(found: Comparison, width: int) -> Content:
    paired = found.paired
    return Content.assemble(
        _run("◆ baseline", found.first, width), "\n", _run("  second", found.second, width), "\n",
        ("  difference  ", "$muted"), (figures.difference(paired.difference), "bold"),
        f"  n {found.n:,}, {found.test} p {figures.ratio(paired.p)}\n",
        ("  flips       ", "$muted"), f"✓ {paired.gained:,} wrong → right, ✗ {paired.lost:,} right → wrong\n",
        ("  detectable  ", "$muted"), f"{figures.ratio(paired.detectable)} or more would have shown\n",
        (found.verdict, "bold $accent"),
    )  # fmt: skip


def _run(name: str, row: RunRow, width: int) -> Content:
    accuracy = figures.interval(row.accuracy, 3)
    named = one_line(f"run {row.id}, {row.model}, {row.variant}", max(8, width - 14 - len(accuracy) - 2))
    return Content.assemble((f"{name:<14}", "$muted"), f"{accuracy}  {named}")
