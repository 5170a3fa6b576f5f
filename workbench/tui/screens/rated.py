"""The answers behind a mean rating, the worst first; enter shows one with every judgment of it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from workbench.store import Store, models
from workbench.text import plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.base import head
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.reader import Passage
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.rated import RatedText, rated_texts

_COLUMNS = (Column("score", 6, "right"), Column("rater", 12), Column("prompt", 34), Column("answer"))


class RatedScreen(LookingScreen[list[RatedText]]):
    """The rated answers of one model, by one criterion or by the mean of all."""

    scopes = ("filter", "list", "screens", "everywhere")
    BINDINGS = bindings("screens")

    def __init__(self, model: str, criterion: str) -> None:
        super().__init__()
        self.model = model
        self.criterion = criterion
        self._texts: list[RatedText] = []

    def heading(self) -> str:
        return f"Ratings of {self.model} · {self.criterion}"

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS)

    def look(self, store: Store) -> list[RatedText]:
        return rated_texts(store, models.by_name(store, self.model), self.criterion)

    def take(self, found: list[RatedText]) -> None:
        self._texts = found
        head(self).show(self.heading(), plural(len(found), "rating"))
        self.query_one(ListPane).show([_row(at, text) for at, text in enumerate(found)])

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return self._texts[int(str(row.key))].text if row else None

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        text = self._texts[int(str(event.row.key))]
        title = f"{self.model} · answer {text.answer.completion_id}"
        self.app.push_screen(DetailScreen(title, lambda _: rated_passages(text)))


def _row(at: int, text: RatedText) -> Row:
    cells = (Cell(f"{text.value:.2f}"), Cell(text.answer.rater), Cell(text.prompt, "muted"), Cell(text.text))
    return Row(at, cells)


def rated_passages(text: RatedText) -> list[Passage]:
    """Prompt, answer, and each key that was pressed for it."""
    return [
        Passage("prompt", "accent"), Passage(text.prompt), Passage(""),
        Passage("answer", "accent"), Passage(text.text), Passage(""),
        Passage(f"judgments of {text.answer.rater}", "accent"),
        *(
            Passage(
                f"{score.value}   {figures.day(score.created_at)} UTC, after {score.milliseconds / 1000:.1f} s,"
                f" judgment {score.judgment_id}",
                label=score.criterion,
            )
            for score in text.answer.scores
        ),
    ]  # fmt: skip
