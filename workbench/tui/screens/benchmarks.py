"""Benchmarks: every clean run with its interval, and the way to its items or to a comparison with another run."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.store import Store
from workbench.text import one_line
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.bench import Comparison, RunRow, against_guess, compare, run_rows

_COLUMNS = (
    Column("run", 6, "right"),
    Column("model"),
    Column("task"),
    Column("n", 6, "right"),
    Column("accuracy [95 %]", 20),
    Column("guess", 5, "right"),
)
_EMPTY = "No model has been measured here yet.\n\nn chooses a model and a task."
_BAR = 6


class BenchmarksScreen(LookingScreen[list[RunRow]]):
    """Newest first; enter shows the items of a run, or the job of one that is not finished."""

    scopes = ("bench", "filter", "list", "screens", "everywhere")
    letter = "bench"
    BINDINGS = bindings("bench", "screens")
    CSS_PATH = "benchmarks.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[RunRow] = []
        self._baseline: int | None = None

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="focused", markup=False)

    def look(self, store: Store) -> list[RunRow]:
        return run_rows(store, clean_only=True, known=self._runs)

    def take(self, found: list[RunRow]) -> None:
        if found != self._runs or not found:
            self._runs = found
            self._show()

    def copied(self) -> str | None:
        row = self._focused()
        return f"run {row.id} {row.model} {row.task} {figures.interval(row.accuracy, 3)}" if row else None

    # --- keys ---

    def action_new_bench(self) -> None:
        row = self._focused()
        self.workbench.show_form("bench", {"model": row.model, "task": row.task} if row else {})

    def action_mark_baseline(self) -> None:
        row = self._focused()
        if row:
            self._baseline = None if row.id == self._baseline else row.id
            self._show()

    def action_compare(self) -> None:
        row = self._focused()
        if row is None:
            return
        if self._baseline is None:
            self.workbench.say("Mark a baseline first: m, on the run to compare with.")
        elif row.id == self._baseline:
            self.workbench.say(f"Run {row.id} is the baseline: go to another run of its task.")
        else:
            self.run_worker(self._compare(self._baseline, row.id), group="compare", exclusive=True)

    async def _compare(self, first: int, second: int) -> None:
        found = await self.workbench.read(lambda store: compare(store, first, second))
        if found is not None:
            self._open_comparison(found)

    def _open_comparison(self, found: Comparison) -> None:
        from workbench.tui.screens.compare import CompareScreen

        self.app.push_screen(CompareScreen(found))

    @on(Table.Chosen)
    def _open(self) -> None:
        row = self._focused()
        if row is None:
            return
        if row.finished:
            self.workbench.show_run(row.id)
        elif row.job is not None:
            self.workbench.show_job(row.job)

    # --- painting ---

    def _focused(self) -> RunRow | None:
        return self._run(self.query_one(Table).current)

    def _run(self, shown: Row | None) -> RunRow | None:
        return next((row for row in self._runs if shown and row.id == shown.key), None)

    def _show(self) -> None:
        self.query_one(ListPane).show([_row(row, row.id == self._baseline) for row in self._runs])
        self._show_focused()

    def on_resize(self) -> None:
        self._show_focused()

    @on(Table.Moved)
    def _show_focused(self) -> None:
        baseline = next((row for row in self._runs if row.id == self._baseline), None)
        self.query_one("#focused", Static).update(_focus(self._focused(), baseline, self.app.size.width - 4))


def _row(row: RunRow, baseline: bool) -> Row:
    done = f"{figures.bar(row.answered, row.items, _BAR)} {figures.share(row.answered, row.items)}"
    cells = (
        Cell(f"{'◆ ' if baseline else ''}{row.id}", "accent" if baseline else "muted"),
        Cell(row.model, "strong"),
        Cell(row.task),
        Cell(figures.number(row.items)),
        Cell(figures.interval(row.accuracy, 3)) if row.finished else Cell(done, "warn"),
        Cell(figures.ratio(row.guess), "muted"),
    )
    return Row(row.id, cells)


def _focus(row: RunRow | None, baseline: RunRow | None, width: int) -> Content:
    """The interval of the run in focus drawn beside the guess line, and what `c` would compare it with."""
    if row is None:
        return Content("")
    parts: list[Content | str | tuple[str, str]] = [
        (f"run {row.id}", "bold"), "  ", one_line(f"{row.model} · {row.task}, version {row.version}", width - 12), "\n",
    ]  # fmt: skip
    if row.accuracy is None:
        done = figures.share(row.answered, row.items)
        parts += [(f"! not finished: {done} items answered; enter shows its job\n\n", "$warning")]
    else:
        drawn = figures.interval_bar(row.accuracy, row.guess, width - 4)
        parts += ["0 ", (drawn, "$accent"), " 1\n", f"● accuracy ─ 95 % ┊ guess: {against_guess(row)}\n"]
    marked = f"◆ baseline: run {baseline.id}, {baseline.model} · {baseline.task}" if baseline else "◆ no baseline"
    return Content.assemble(*parts, (one_line(marked, width), "$muted"))
