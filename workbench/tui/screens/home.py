"""Home: the loop. A row a model with what is known of it, what is at work, and the next sensible step under one key."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.store import Store, summaries
from workbench.text import one_line, plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.tones import STYLES, of_state
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.home import Home, HomeRow, home_at_once, recount
from workbench.views.jobs import JobRow

RECOUNT_SECONDS = 1.0  # so that a colleague who rates elsewhere does not keep this machine counting
_COLUMNS = (
    Column("model"),
    Column("from"),
    Column("answers", 7, "right"),
    Column("rated", 5, "right"),
    Column("human mean 1-5", 18, "right"),
    Column("pairs", 5, "right"),
)
_EMPTY = """There is no model here yet.

The loop: fetch a model, ask it, rate its answers 1-5, export the
preference pairs, train on them, and compare with the model before.
The next step always stands below, under the key n."""


class HomeScreen(WorkbenchScreen[None]):
    """The start, and the place that `esc` leads back to."""

    scopes = ("home", "filter", "list", "screens", "everywhere")
    letter = "home"
    BINDINGS = bindings("home", "screens")
    CSS_PATH = "home.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._home: Home | None = None
        self._asked = False  # something changed since the look that is under way
        self._looking = False
        self._counting = False

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="at-work")
        yield Static(id="next")

    def refresh_from_store(self) -> None:
        """Look in the background, at the sums that were kept: a key must not wait for 100,000 judgments."""
        self._asked = True
        if not self._looking:
            self._looking = True
            self.run_worker(self._look())

    async def _look(self) -> None:
        rater = self.workbench.rater
        while self._asked:
            self._asked = False
            found = await self.workbench.read(lambda store: _at_once(store, rater))
            if found is not None:
                self._take(*found)
        self._looking = False

    def _take(self, now: Home, recount_due: bool) -> None:
        if now != self._home:
            self._home = now
            self._show(now)
        if recount_due and not self._counting:
            self._counting = True
            self.set_timer(RECOUNT_SECONDS, self._recount)

    def _recount(self) -> None:
        """Count anew in the background; the screen looks again once that is kept."""
        self._counting = False
        rater = self.workbench.rater
        self.workbench.perform(lambda store: recount(store, rater))

    def _show(self, now: Home) -> None:
        self.query_one(ListPane).show([_row(row) for row in now.rows])
        self.query_one("#at-work", Static).update(_at_work(now, self.app.size.width))
        self.query_one("#next", Static).update(_next(now))

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return str(row.key) if row else None

    def action_next_step(self) -> None:
        if self._home:
            self.workbench.take(self._home.next_step)

    def action_ask(self) -> None:
        row = self.query_one(Table).current
        self.workbench.show_form("generate", {"model": row.key} if row else {})

    def action_export(self) -> None:
        self.workbench.show_export()

    @on(Table.Chosen)
    def _open_model(self, event: Table.Chosen) -> None:
        from workbench.tui.screens.detail import DetailScreen, model_passages

        name = str(event.row.key)
        self.app.push_screen(DetailScreen(f"Model {name}", lambda store: model_passages(store, name)))


def _at_once(store: Store, rater: str) -> tuple[Home, bool]:
    """Home from the sums that were kept, and whether they should be counted anew."""
    unkept = summaries.kept(store, rater) is None
    now = home_at_once(store, rater)
    return now, unkept or now.stale


def _row(row: HomeRow) -> Row:
    cells = (
        Cell(row.name, "strong"),
        Cell(row.parent or figures.MISSING, "muted"),
        Cell(figures.counted(row.answers)),
        Cell(figures.counted(row.rated)),
        Cell(figures.interval(row.rating)),
        Cell(figures.counted(row.pairs)),
    )
    return Row(row.name, cells)


def _at_work(now: Home, width: int) -> Content:
    """Running and queued jobs, the batches that are open, and what is wrong with the workspace, if anything."""
    lines = [job_line(row, width - 4) for row in now.active[:3]]
    if len(now.active) > 3:
        lines.append(Content.styled(f"and {len(now.active) - 3} more: w shows them", "$muted"))
    if now.open_batches:
        left = sum(row.answers - row.judged for row in now.open_batches)
        batches = "1 open batch" if len(now.open_batches) == 1 else f"{len(now.open_batches)} open batches"
        lines.append(Content.styled(f"{batches}, {plural(left, 'answer')} to rate: r", "$muted"))
    if now.warning:
        lines.append(Content.styled(f"! {now.warning}", "$warning"))
    return Content("\n").join(lines)


def _next(now: Home) -> Content:
    step = now.next_step
    return Content.assemble(
        ("n ", "bold $accent"), (one_line(step.label, 60), "bold"), "\n", (f"  {one_line(step.why, 120)}", "$muted")
    )


def job_line(row: JobRow, width: int) -> Content:
    """`job 3  generate smollm2 · prompts  ███···  12/24  2 min 5 s left`."""
    left = f"{figures.duration(row.eta)} left" if row.eta is not None else row.state
    room = max(10, width - 47)
    return Content.assemble(
        (f"job {row.id:<4}", "$muted"), one_line(row.name, room).ljust(room), "  ",
        (figures.bar(row.done, row.total, 8), "$accent"), f" {figures.share(row.done, row.total):>9}  ",
        (f"{left:>16}", STYLES[of_state(row.state)]),
    )  # fmt: skip
