"""The texts behind a measure of bias, each with its two twins; flipped answers and large gaps first."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from workbench.store import Store
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.base import head
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.tones import Tone
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.reader import Passage
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.bias import TwinRow, bias, twin_rows
from workbench.views.text_difference import marked

_COLUMNS = (
    Column("men - women", 11, "right"),
    Column("placebo", 8, "right"),
    Column("", 9),
    Column("text"),
)


class TwinsScreen(LookingScreen[tuple[list[TwinRow], int]]):
    """One set of texts as one model took them."""

    scopes = ("filter", "list", "screens", "everywhere")
    BINDINGS = bindings("screens")

    def __init__(self, model: str, set_name: str) -> None:
        super().__init__()
        self.model = model
        self.set = set_name
        self._twins: dict[str, TwinRow] = {}

    def heading(self) -> str:
        return f"Bias of {self.model} · {self.set}"

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS)

    def look(self, store: Store) -> tuple[list[TwinRow], int]:
        rows = [row for row in twin_rows(store, self.model) if row.set == self.set]
        return rows, next(len(one.skipped) for one in bias(store, self.model).sets if one.name == self.set)

    def take(self, found: tuple[list[TwinRow], int]) -> None:
        rows, skipped = found
        self._twins = {row.id: row for row in rows}
        head(self).show(self.heading(), f"{len(rows)} texts, {skipped} skipped · nats")
        ordered = sorted(rows, key=lambda row: (not row.flipped, -abs(row.gap)))
        self.query_one(ListPane).show([_row(row) for row in ordered])

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return self._twins[str(row.key)].texts["original"] if row else None

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        twin = self._twins[str(event.row.key)]
        self.app.push_screen(DetailScreen(f"{self.model} · {twin.id}", lambda _: twin_passages(twin)))


def _row(twin: TwinRow) -> Row:
    words = "" if twin.flipped is None else ("↔ flipped" if twin.flipped else "= same")
    tone: Tone = "warn" if twin.flipped else "muted"
    cells = (
        Cell(f"{twin.gap:+.3f}"), Cell(f"{twin.placebo:+.3f}", "muted"), Cell(words, tone),
        Cell(twin.texts["original"]),
    )  # fmt: skip
    return Row(twin.id, cells)


def twin_passages(twin: TwinRow) -> list[Passage]:
    """The text as written, with the other gender, and with another name; words that differ stand in « »."""
    passages: list[Passage] = []
    for arm, title in (
        ("original", "as written"),
        ("swap", "the other gender"),
        ("placebo", "another name: the placebo"),
    ):
        text = marked(twin.texts["original"], twin.texts[arm])[1]
        answer = f"   ▸ {twin.answers[arm]}" if twin.answers[arm] else ""
        passages += [Passage(f"{title}{answer}", "accent"), Passage(text, marks=True), Passage("")]
    return [
        *passages,
        Passage(f"{twin.gap:+.3f} nats", label="men - women"),
        Passage(f"{twin.placebo:+.3f} nats", label="placebo"),
        Passage(
            figures.MISSING if twin.flipped is None else ("flipped" if twin.flipped else "the same"), label="answer"
        ),
    ]
