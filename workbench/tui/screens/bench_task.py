"""One benchmark task: every clean run on it, and the metrics, classes and confusion of the one in focus."""

from __future__ import annotations

from functools import partial

from textual import on
from textual.app import ComposeResult

from workbench.store import Store
from workbench.text import plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.base import head, unless_gone
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.screens.run_words import detail_passages
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.prompt_pane import in_sight
from workbench.tui.widgets.reader import Reader
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.bench import RunRow, run_rows
from workbench.views.compare import Comparison, compare
from workbench.views.run_detail import run_detail

_COLUMNS = (
    Column("run", 6, "right"),
    Column("model"),
    Column("metric", 12, needs=96),
    Column("n", 6, "right"),
    Column("value [95 %]", 20),
    Column("guess", 5, "right"),
    Column("seen", 5, "right"),
)
_BAR = 6


class BenchTaskScreen(LookingScreen[list[RunRow]]):
    """Newest first; enter shows the items of a run, as far as they are answered, or the job of one without any."""

    scopes = ("runs", "filter", "list", "screens", "everywhere")
    BINDINGS = bindings("runs", "screens")
    CSS_PATH = "bench_task.tcss"

    def __init__(self, task: str, run_id: int | None) -> None:
        super().__init__()
        self.task_name = task
        self._wanted = run_id  # the run to begin on
        self._runs: list[RunRow] = []
        self._baseline: int | None = None

    def heading(self) -> str:
        metrics = {row.metric for row in self._runs}
        return f"Task {self.task_name} · {metrics.pop()}" if len(metrics) == 1 else f"Task {self.task_name}"

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, "No run is left.")
        yield Reader(id="metrics", can_focus=False)

    def look(self, store: Store) -> list[RunRow]:
        return [row for row in run_rows(store, clean_only=True, known=self._runs) if row.task == self.task_name]

    def take(self, found: list[RunRow]) -> None:
        if found != self._runs:
            self._runs = found
            self._show()
        if self._wanted is not None:
            ids = [row.id for row in found]
            self.query_one(Table).move_to(ids.index(self._wanted) if self._wanted in ids else 0)
            self._wanted = None
        head(self).show(self.heading(), plural(len(found), "run"))

    def copied(self) -> str | None:
        return self.query_one("#metrics", Reader).text

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
            self.run_latest(partial(self._compare, self._baseline, row.id), group="compare")

    def action_figures_down(self) -> None:
        self.query_one("#metrics", Reader).action_text_page_down()

    def action_figures_up(self) -> None:
        self.query_one("#metrics", Reader).action_text_page_up()

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
        if row.finished or row.answered:
            self.workbench.show_run(row.id)
        elif row.job is not None:
            self.workbench.show_job(row.job)

    # --- painting ---

    def _focused(self) -> RunRow | None:
        shown = self.query_one(Table).current
        return next((row for row in self._runs if shown and row.id == shown.key), None)

    def _show(self) -> None:
        self.query_one(ListPane).show([_row(row, row.id == self._baseline) for row in self._runs])
        self._show_focused()

    @on(Reader.Moved)
    def _show_place(self) -> None:
        """Which lines of the figures are in sight, and the keys to the others; nothing where all are."""
        reader = self.query_one("#metrics", Reader)
        lines = in_sight(reader)
        reader.border_title = f"{lines} · J K scroll" if lines else ""

    @on(Table.Moved)
    def _show_focused(self) -> None:
        row = self._focused()
        if row:
            self.run_latest(partial(self._detail, row.id), group="detail")

    async def _detail(self, run_id: int) -> None:
        found = await self.workbench.read(lambda store: run_detail(store, run_id))
        if found is not None:
            with unless_gone():
                self.query_one("#metrics", Reader).show(detail_passages(found))


def _row(row: RunRow, baseline: bool) -> Row:
    so_far = "" if row.so_far is None else f"{row.so_far.estimate:.2f}? "
    done = f"{so_far}{figures.bar(row.answered, row.items, _BAR)} {figures.share(row.answered, row.items)}"
    cells = (
        Cell(f"{'◆ ' if baseline else ''}{row.id}", "accent" if baseline else "muted"),
        Cell(", ".join(words for words in (row.model, row.asked) if words), "strong"),
        Cell(row.metric, "muted"),
        Cell(figures.number(row.items)),
        Cell(figures.interval(row.accuracy, 3)) if row.finished else Cell(done, "warn"),
        Cell(figures.ratio(row.guess), "muted"),
        Cell(figures.number(row.contaminated), "bad" if row.contaminated else "muted"),
    )
    return Row(row.id, cells)
