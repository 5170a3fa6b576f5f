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

_NAMES = 18  # cells


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
    test = found.test if found.test == "not paired" else f"{found.test} p {figures.ratio(paired.p)}"
    lines = [
        _run("◆ baseline", found.first, width), _run("  second", found.second, width),
        _said("difference", f"{figures.difference(paired.difference)}  n {found.n:,}, {test}"),
        _said("flips", f"✓ {paired.gained:,} wrong → right, ✗ {paired.lost:,} right → wrong"),
        _said("detectable", f"{figures.ratio(paired.detectable)} or more would have shown"),
        *(_said(f"above {one.name}", one_line(f"{figures.ratio(one.value.estimate)}: "
                f"{figures.difference(one.first)} and {figures.difference(one.second)}", width - _NAMES))
          for one in found.baselines),
        Content.styled(found.verdict, "bold $accent"),
        *(Content.styled(f"! {one_line(one, 2 * width)}", "$warning") for one in found.warnings),
    ]  # fmt: skip
    return Content("\n").join(lines)


def _run(name: str, row: RunRow, width: int) -> Content:
    """`seen` is the number of its items that the model was trained on."""
    accuracy = f"{figures.interval(row.accuracy, 3)}  seen {figures.number(row.contaminated)}"
    asked = f", {row.asked}" if row.asked else ""
    named = one_line(f"run {row.id}, {row.model}, {row.variant}{asked}", max(8, width - _NAMES - len(accuracy) - 2))
    return Content.assemble((f"{name:<{_NAMES}}", "$muted"), f"{accuracy}  {named}")


def _said(name: str, words: str) -> Content:
    return Content.assemble((f"  {one_line(name, _NAMES - 3):<{_NAMES - 2}}", "$muted"), words)
