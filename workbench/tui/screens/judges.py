"""Models that judged a batch: how far each agrees with the people, and what the order of a pair does to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.store import Store, batches, judgments, rubrics
from workbench.text import clean, plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.screens.told import ToldScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.judges import JudgeReport, PairAgreement, ScoreAgreement, judge_reports

_COLUMNS = (
    Column("model"), Column("with", 14), Column("on", 10), Column("kappa [95 %]", 22), Column("n", 6, "right"),
)  # fmt: skip
_EMPTY = "No model has judged this batch yet.\n\nn lets one judge it; what it says never counts as a person's rating."


@dataclass(frozen=True, slots=True)
class _Line:
    """One number of a report: what it is of, in a row and in words, and the judgments behind it."""

    row: tuple[str, str, str, str, int]
    meaning: str
    judgments: tuple[int, ...]


class JudgesScreen(LookingScreen[list[JudgeReport]]):
    """Counted anew when something was judged since."""

    scopes = ("judges", "filter", "list", "screens", "everywhere")
    BINDINGS = bindings("judges", "screens")
    CSS_PATH = "judges.tcss"

    def __init__(self, batch_id: int) -> None:
        super().__init__()
        self.batch_id = batch_id
        self._found: list[JudgeReport] = []
        self._counted = -1  # the newest judgment that was counted
        self._lines: list[_Line] = []

    def heading(self) -> str:
        return f"Models that judged batch {self.batch_id}"

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="meaning", markup=False)

    def look(self, store: Store) -> list[JudgeReport]:
        now = judgments.count(store)
        if now != self._counted:
            rubric = rubrics.by_id(store, batches.by_id(store, self.batch_id).rubric_id).name
            self._found, self._counted = judge_reports(store, rubric, self.batch_id), now
        return self._found

    def take(self, found: list[JudgeReport]) -> None:
        self._lines = [line for report in found for line in _lines(report)]
        self.query_one(ListPane).show([_row(at, line) for at, line in enumerate(self._lines)])

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return " ".join(cell.text for cell in row.cells) if row else None

    def action_new_judge(self) -> None:
        self.workbench.show_form("judge", {"batch": self.batch_id})

    @on(Table.Moved)
    def _say(self, event: Table.Moved) -> None:
        line = self._lines[int(str(event.row.key))] if event.row else None
        self.query_one("#meaning", Static).update(Content(clean(line.meaning) if line else ""))

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        line = self._lines[int(str(event.row.key))]
        if line.judgments:
            self.app.push_screen(ToldScreen(f"{line.row[0]} · {line.row[2]}", line.judgments))


def _lines(report: JudgeReport) -> Iterator[_Line]:
    yield from (_scored(report, one) for one in report.scores)
    yield from (_compared(report, one) for one in report.pairs)
    tally = report.tally
    if not report.scores and not report.pairs:
        made = tally.scores + tally.comparisons
        meaning = f"{plural(made, 'judgment')} by {report.judge}; no person has judged the same answers yet"
        yield _Line((report.judge, "nobody yet", "all", figures.MISSING, made), meaning, ())
    if tally.comparisons:
        meaning = (
            f"{tally.order_dependent:,} of {plural(tally.comparisons, 'pair')} depend on the order and count as ties: "
            f"{tally.first:,} times what was shown first won, {tally.second:,} times what was shown second, "
            f"{figures.interval(report.position, 3)} of all pairs"
        )
        yield _Line((report.judge, "itself", "order", figures.MISSING, tally.comparisons), meaning, tally.turned)
    if tally.unreadable:
        meaning = f"{plural(tally.unreadable, 'text')} got a reply that names no choice, and so no judgment"
        yield _Line((report.judge, "itself", "unreadable", figures.MISSING, tally.unreadable), meaning, tally.unread)


def _scored(report: JudgeReport, one: ScoreAgreement) -> _Line:
    kappa = one.kappa.kappa
    meaning = (
        f"{report.judge} with {one.person} on {one.criterion}, {plural(kappa.n, 'answer')}: weighted kappa "
        f"{figures.interval(kappa, 3)}, rank correlation {figures.interval(one.correlation.rho, 3)}\n{one.reason or ''}"
    )
    return _Line((report.judge, one.person, one.criterion, figures.interval(kappa, 3), kappa.n), meaning, one.judgments)


def _compared(report: JudgeReport, one: PairAgreement) -> _Line:
    kappa, same, decided = one.kappa.kappa, figures.interval(one.same, 3), figures.interval(one.decided, 3)
    meaning = (
        f"{report.judge} with {one.person}, {plural(one.same.n, 'pair')}: same verdict {same}; "
        f"same winner {decided} of the {one.decided.n:,} that both decided"
    )
    return _Line((report.judge, one.person, "pairs", figures.interval(kappa, 3), kappa.n), meaning, one.judgments)


def _row(at: int, line: _Line) -> Row:
    judge, person, what, kappa, n = line.row
    return Row(at, (Cell(judge, "strong"), Cell(person), Cell(what), Cell(kappa), Cell(f"{n:,}")))
