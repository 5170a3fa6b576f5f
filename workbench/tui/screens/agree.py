"""What the ratings say: every number with its interval and its n; enter shows the judgments behind it."""

from __future__ import annotations

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.records import RaterKind
from workbench.store import Store, batches, judgments
from workbench.text import clean, one_line, plural
from workbench.tui.actions import bindings
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.agree import DIFFERENCE, Agree, Question, agree, judged_on
from workbench.views.agree_finding import Finding
from workbench.views.batches import rubric_of

_COLUMNS = (Column("number"), Column("value [95 %]", 28), Column("n", 7, "right"), Column("of", 11, needs=90))
_EMPTY = "Nothing can be said yet: nobody has rated here."
_ALL = "all of them"
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
        self._batch: int | None = None
        self._difference = round(10 * DIFFERENCE)  # tenths of a point
        self._found: Agree | None = None
        self._counted: tuple[int, Question] | None = None  # the newest judgment that was counted, and for what

    def body(self) -> ComposeResult:
        yield Static(id="question", markup=False)
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="meaning", markup=False)

    def look(self, store: Store) -> Agree:
        asked = self._asked_of(store)
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

    def _asked_of(self, store: Store) -> Question:
        used = judged_on(store) or [Question().rubric]
        rubric = used[self._rubrics % len(used)] if self._batch is None else rubric_of(store, self._batch)
        kinds = _KINDS[self._raters % len(_KINDS)]
        return Question(rubric or used[0], kinds, self._batch, self._difference / 10, self.workbench.rater)

    def action_next_rubric(self) -> None:
        """Of all batches on it."""
        self._rubrics += 1
        self._batch = None
        self.refresh_from_store()

    def action_next_raters(self) -> None:
        self._raters += 1
        self.refresh_from_store()

    def action_pick_batch(self) -> None:
        from workbench.tui.screens.pick import PickScreen

        names = {_ALL: None} | {f"{one.id}  {one.name}": one.id for one in batches.all_batches(self.workbench.store)}
        now = next((name for name, batch in names.items() if batch == self._batch), _ALL)
        self.app.push_screen(PickScreen("Judgments of which batch?", list(names), now), partial(self._pick, names))

    def action_raise_difference(self) -> None:
        self._plan_for(self._difference + 1)

    def action_lower_difference(self) -> None:
        self._plan_for(self._difference - 1)

    def _pick(self, names: dict[str, int | None], name: str | None) -> None:
        if name is not None:
            self._batch = names[name]
            self.refresh_from_store()

    def _plan_for(self, tenths: int) -> None:
        """A difference of .1 to 4 points: `needed` says how many prompts would show it."""
        self._difference = min(max(1, tenths), 40)
        self.refresh_from_store()

    @on(Table.Moved)
    def _say(self, event: Table.Moved) -> None:
        found = self._finding(event.row)
        words = "" if found is None else f"{found.name} {found.words}\n{found.meaning}\n{found.reason or ''}"
        self.query_one("#meaning", Static).update(Content(clean(words)))

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        from workbench.tui.screens.told import ToldScreen

        found = self._finding(event.row)
        if found is not None:
            self.app.push_screen(ToldScreen(found.name, found.judgments))

    def _finding(self, row: Row | None) -> Finding | None:
        """What a row stands for; None where others have been counted since it was painted: they are shown next."""
        known = self._found.findings if self._found else ()
        return next((one for one in known if row and one.name == row.key), None)


def _question(found: Agree) -> Content:
    kinds = " and ".join(found.question.raters)
    if found.advice:
        return Content(found.advice)
    who = one_line(", ".join(found.raters), 40)
    counted = f"{plural(found.scores, 'score')}, {plural(found.comparisons, 'comparison')}"
    asked = found.question
    pooled = f", {len(found.versions)} versions" if len(found.versions) > 1 else ""
    batch = "" if asked.batch is None else f" · batch {asked.batch}"
    heading = f"{asked.rubric}{pooled}{batch} · {kinds}: {who} · {counted}"
    blind = f" · {found.blind}" if found.blind else ""
    return Content(f"{heading}{blind}\nprompts needed: for a difference of {asked.difference:.1f} points (+ -)")


def _row(one: Finding) -> Row:
    value = Cell(one.words, "" if one.reason is None else "muted")
    return Row(one.name, (Cell(one.name), value, Cell(f"{one.value.n:,}"), Cell(one.of, "muted")))
