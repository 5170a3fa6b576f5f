"""One round in numbers: benchmarks, perturbations, bias and ratings of a model, and the way to their items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.store import Store, models
from workbench.text import one_line
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.detail import DetailScreen, model_passages
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.tones import TONES
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.rounds import Evidence, evidence

_COLUMNS = (
    Column("", 6),
    Column("number"),
    Column("n", 6, "right"),
    Column("seen", 5, "right"),
    Column("value [95 %]", 24),
    Column("", 2),
)
_EMPTY = "Nothing has been measured of this model yet."
LINEAGE = "lineage"


class RoundScreen(LookingScreen[list[Evidence]]):
    """Enter opens the items behind the number in focus; the last row is the model's lineage."""

    scopes = ("filter", "list", "screens", "everywhere")
    BINDINGS = bindings("screens")
    CSS_PATH = "round.tcss"

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model
        self._evidence: list[Evidence] | None = None

    def heading(self) -> str:
        return f"Round {self.model}"

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="verdict")

    def look(self, store: Store) -> list[Evidence]:
        return evidence(store, models.by_name(store, self.model))

    def take(self, found: list[Evidence]) -> None:
        if found != self._evidence:
            self._evidence = found
            lineage = Row(LINEAGE, (Cell("model", "muted"), Cell("lineage and details"), *[Cell("")] * 4))
            self.query_one(ListPane).show([*(_row(at, one) for at, one in enumerate(found)), lineage])

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return " ".join(cell.text for cell in row.cells) if row else None

    @on(Table.Moved)
    def _say(self, event: Table.Moved) -> None:
        at = event.row.key if event.row else None
        words = self._evidence[at].figure.verdict if self._evidence and isinstance(at, int) else ""
        self.query_one("#verdict", Static).update(Content(one_line(words, 230)))

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        if event.row.key == LINEAGE:
            name = self.model
            self.app.push_screen(DetailScreen(f"Model {name}", lambda store: model_passages(store, name)))
        elif self._evidence:
            _OPEN[self._evidence[int(str(event.row.key))].kind](self, self._evidence[int(str(event.row.key))])


def _row(at: int, one: Evidence) -> Row:
    value = one.figure.value
    cells = (
        Cell(one.kind, "muted"), Cell(one.figure.name, "strong"), Cell(figures.number(value.n)),
        Cell(figures.number(one.figure.seen), "bad" if one.figure.seen else "muted"),
        Cell(figures.interval(value, 3)), Cell(one.figure.sign, TONES[one.figure.sign]),
    )  # fmt: skip
    return Row(at, cells)


def _open_run(screen: RoundScreen, one: Evidence) -> None:
    screen.workbench.show_run(int(one.key[0]))


def _open_perturbed(screen: RoundScreen, one: Evidence) -> None:
    from workbench.tui.screens.stress_items import StressItemsScreen
    from workbench.views.stress import stress

    clean, perturbed = (int(run) for run in one.key)
    row = next(row for row in stress(screen.workbench.store, clean).rows if row.run == perturbed)
    screen.app.push_screen(StressItemsScreen(clean, row))


def _open_twins(screen: RoundScreen, one: Evidence) -> None:
    from workbench.tui.screens.twins import TwinsScreen

    screen.app.push_screen(TwinsScreen(screen.model, str(one.key)))


def _open_rated(screen: RoundScreen, one: Evidence) -> None:
    from workbench.tui.screens.rated import RatedScreen

    screen.app.push_screen(RatedScreen(screen.model, str(one.key)))


_OPEN: dict[str, Callable[[RoundScreen, Evidence], Any]] = {
    "bench": _open_run, "stress": _open_perturbed, "bias": _open_twins, "rated": _open_rated,
}  # fmt: skip
