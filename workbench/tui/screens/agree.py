"""What the ratings say: every number with its interval and its n; enter shows the judgments behind it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.records import RaterKind
from workbench.store import Store, judgments
from workbench.text import one_line, plural
from workbench.tui.actions import bindings
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.agree import Agree, Question, agree, judged_on
from workbench.views.agree_finding import Finding

_COLUMNS = (Column("number"), Column("value [95 %]", 28), Column("n", 7, "right"), Column("of", 11, needs=90))
_EMPTY = "Nothing can be said yet: nobody has rated here."
_KINDS: tuple[tuple[RaterKind, ...], ...] = (
    ("human",), ("human", "model"), ("human", "imported"), ("human", "model", "imported"),
)  # fmt: skip


class AgreeScreen(LookingScreen[Agree]):
    """Counted anew when something was judged since, or when another rubric or other raters are asked for."""

    scopes = ("agree", "filter", "list", "screens", "everywhere")
    letter = "agree"
    BINDINGS = bindings("agree", "screens")
    CSS_PATH = "agree.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._rubrics = 0  # how often the next rubric was asked for
        self._raters = 0
        self._found: Agree | None = None
        self._counted: tuple[int, Question] | None = None  # the newest judgment that was counted, and for what

    def body(self) -> ComposeResult:
        yield Static(id="question", markup=False)
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="meaning", markup=False)

    def look(self, store: Store) -> Agree:
        used = judged_on(store) or [Question().rubric]
        asked = Question(used[self._rubrics % len(used)], _KINDS[self._raters % len(_KINDS)])
        now = (judgments.count(store), asked)
        if self._found is None or now != self._counted:
            self._found, self._counted = agree(store, asked), now
        return self._found

    def take(self, found: Agree) -> None:
        self.query_one("#question", Static).update(_question(found))
        self.query_one(ListPane).show([_row(one) for one in found.findings if one.value.n])

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return " ".join(cell.text for cell in row.cells) if row else None

    def action_next_rubric(self) -> None:
        self._rubrics += 1
        self.refresh_from_store()

    def action_next_raters(self) -> None:
        self._raters += 1
        self.refresh_from_store()

    @on(Table.Moved)
    def _say(self, event: Table.Moved) -> None:
        found = self._found.named(str(event.row.key)) if event.row and self._found else None
        words = "" if found is None else f"{found.name} {found.words}\n{found.meaning}\n{found.reason or ''}"
        self.query_one("#meaning", Static).update(Content(words))

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        from workbench.tui.screens.told import ToldScreen

        if self._found is not None:
            found = self._found.named(str(event.row.key))
            self.app.push_screen(ToldScreen(found.name, found.judgments))


def _question(found: Agree) -> Content:
    kinds = " and ".join(found.question.raters)
    if found.advice:
        return Content(found.advice)
    who = one_line(", ".join(found.raters), 40)
    counted = f"{plural(found.scores, 'score')}, {plural(found.comparisons, 'comparison')}"
    return Content(f"{found.question.rubric} · {kinds}: {who} · {counted}")


def _row(one: Finding) -> Row:
    value = Cell(one.words, "" if one.reason is None else "muted")
    return Row(one.name, (Cell(one.name), value, Cell(f"{one.value.n:,}"), Cell(one.of, "muted")))
