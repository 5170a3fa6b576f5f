"""Batches to judge: how far the rater is, at which pace, and who else is at work on the one in focus."""

from __future__ import annotations

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.store import Store
from workbench.text import one_line, plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.base import unless_gone
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.batches import BatchDetail, BatchRow, batch_detail, paced_rows

_COLUMNS = (
    Column("batch", 5, "right"),
    Column("what"),
    Column("mode", 7),
    Column("judged by you", 17),
    Column("each", 7, "right"),
    Column("left", 10, "right"),
)
_EMPTY = (
    "There is nothing to judge yet.\n\nOn Home, a asks a model for answers; n makes a batch of stored ones,\n"
    "and c takes in answers made elsewhere."
)
_BAR = 6


class BatchesScreen(LookingScreen[list[BatchRow]]):
    """Newest first; enter goes on judging."""

    scopes = ("batches", "filter", "list", "screens", "everywhere")
    BINDINGS = bindings("batches", "screens")
    CSS_PATH = "batches.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[BatchRow] | None = None
        self._telling = False

    def heading(self) -> str:
        return "Batches to judge"

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="people")

    def look(self, store: Store) -> list[BatchRow]:
        return paced_rows(store, self.workbench.rater)

    def take(self, found: list[BatchRow]) -> None:
        if found != self._rows:
            self._rows = found
            self.query_one(ListPane).show([_row(row) for row in found])
        self._tell()

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return " ".join(cell.text for cell in row.cells) if row else None

    def action_new_batch(self) -> None:
        self.workbench.show_form("make-batch", self._in_focus())

    def action_adjudicate(self) -> None:
        self.workbench.show_form("adjudicate", self._in_focus())

    def action_import_answers(self) -> None:
        self.workbench.show_form("import-completions", {})

    def action_remarks(self) -> None:
        """What raters flagged and noted, and what came too fast; looked up in the background."""
        row = self.query_one(Table).current
        if row:
            self.run_worker(self._open_remarks(int(str(row.key))))

    async def _open_remarks(self, batch_id: int) -> None:
        from workbench.tui.screens.told import ToldScreen

        rater = self.workbench.rater
        detail = await self.workbench.read(partial(batch_detail, batch_id=batch_id, rater=rater))
        if detail and detail.remarks and self.is_current:
            self.app.push_screen(ToldScreen(f"Flags, notes and digits too fast · batch {batch_id}", detail.remarks))
        elif detail and self.is_current:
            self.workbench.say("Nobody has flagged or noted anything here, and no digit came too fast.")

    def action_judges(self) -> None:
        from workbench.tui.screens.judges import JudgesScreen

        row = self.query_one(Table).current
        if row:
            self.app.push_screen(JudgesScreen(int(str(row.key))))

    @on(Table.Chosen)
    def _judge(self, event: Table.Chosen) -> None:
        self.workbench.show_rating(int(str(event.row.key)))

    @on(Table.Moved)
    def _tell(self) -> None:
        if not self._telling:
            self._telling = True
            self.run_worker(self._show_people())

    async def _show_people(self) -> None:
        """Say who does what of the batch in focus, counted in the background; again if another is in focus by then."""
        rater, told = self.workbench.rater, None
        with unless_gone():
            while (row := self.query_one(Table).current) and row.key != told:
                told = row.key
                detail = await self.workbench.read(partial(batch_detail, batch_id=int(str(told)), rater=rater))
                if detail:
                    self.query_one("#people", Static).update(Content(_people(detail)))
        self._telling = False

    def _in_focus(self) -> dict[str, object]:
        row = self.query_one(Table).current
        return {"batch": row.key} if row else {}


def _row(row: BatchRow) -> Row:
    progress = f"{figures.bar(row.judged, row.answers, _BAR)} {figures.share(row.judged, row.answers)}"
    left = figures.MISSING if row.finished else figures.rough(row.seconds_left)
    cells = (
        Cell(str(row.id), "muted"), Cell(row.name, "strong"), Cell(row.mode), Cell(progress),
        Cell(figures.duration(row.seconds_each)), Cell(left),
    )  # fmt: skip
    return Row(row.id, cells)


def _people(detail: BatchDetail) -> str:
    """What the batch is made of, and who has done how much of it."""
    to = f"{detail.shared} of them for {detail.overlap_raters} raters" if detail.overlap_raters else "all for everyone"
    mixed = f"; {detail.repeats} repeated unsaid, {detail.gold} gold" if detail.repeats or detail.gold else ""
    done = ", ".join(f"{one_line(one.rater, 20)} {one.items}" for one in detail.raters) or "nobody yet"
    said = "; ".join(f"{one_line(one.rater, 20)} {one.remarks}" for one in detail.raters if one.remarks)
    remarks = f"\nsaid beside (f shows it): {said}" if said else ""
    models = f"\nmodels: {', '.join(detail.row.models)}" if detail.row.models else ""
    return f"{plural(detail.items, 'item')} on {detail.row.rubric}, {to}{mixed}\ndone: {done}{remarks}{models}"
