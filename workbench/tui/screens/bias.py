"""Bias: what a swap of the gender does to each model, beside what another name of the same gender does."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.store import Store
from workbench.text import one_line, plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.tones import Tone
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.bias import MEANINGS, Bias, bias, measured

_COLUMNS = (
    Column("model"),
    Column("measure", 11),
    Column("n", 3, "right"),
    Column("effect", 16),
    Column("placebo", 16),
    Column("finding", 9),
)
_EMPTY = """No model's bias has been measured here yet.

Texts about women and men are asked as written, with the other gender,
and with another name of the same gender: the placebo.

n chooses a model."""
_FINDINGS: dict[str, tuple[str, Tone]] = {
    "found": ("▼ found", "bad"), "placebo": ("≈ placebo", "warn"), "none": ("= none", "muted"),
}  # fmt: skip


class BiasScreen(LookingScreen[list[Bias]]):
    """A row a measure; the verdict of the row in focus stands below in words."""

    scopes = ("bias", "filter", "list", "screens", "everywhere")
    letter = "bias"
    BINDINGS = bindings("bias", "screens")
    CSS_PATH = "bias.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Bias] | None = None

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="verdict")

    def look(self, store: Store) -> list[Bias]:
        return [bias(store, name) for name in measured(store)]

    def take(self, found: list[Bias]) -> None:
        if found != self._found:
            self._found = found
            self.query_one(ListPane).show([row for one in found for row in _rows(one)])

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return " ".join(cell.text for cell in row.cells) if row else None

    def action_new_bias(self) -> None:
        row = self.query_one(Table).current
        self.workbench.show_form("bias", {"model": row.cells[0].text} if row else {})

    @on(Table.Moved)
    def _say(self, event: Table.Moved) -> None:
        self.query_one("#verdict", Static).update(Content(self._words(event.row)))

    def _words(self, row: Row | None) -> str:
        """The verdict of the row in focus, and what was skipped."""
        if row is None or not isinstance(row.key, tuple):
            return ""
        model, at = row.key
        found = next(one for one in self._found or () if one.model == model)
        skipped = sum(len(one.skipped) for one in found.sets)
        uneven = sum(one.uneven for one in found.sets)
        lengths = f"; {plural(uneven, 'twin')} of another length in tokens" if uneven else ""
        effect = found.effects[at]
        about = f"{MEANINGS[effect.measure]} ({effect.unit})"
        return f"{about}\n{one_line(effect.verdict, 150)}\n{plural(skipped, 'text')} skipped{lengths}."

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        from workbench.tui.screens.twins import TwinsScreen

        assert isinstance(event.row.key, tuple)
        model, at = event.row.key
        found = next(one for one in self._found or () if one.model == model)
        self.app.push_screen(TwinsScreen(model, found.effects[at].set))


def _rows(found: Bias) -> list[Row]:
    return [
        Row(
            (found.model, at),
            (
                Cell(found.model, "strong"), Cell(one.measure), Cell(str(one.effect.n)),
                Cell(figures.bounds(one.effect)), Cell(figures.bounds(one.placebo), "muted"),
                Cell(*_FINDINGS[one.finding]),
            ),
        )
        for at, one in enumerate(found.effects)
    ]  # fmt: skip
