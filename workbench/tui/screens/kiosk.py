"""The screens of a kiosk: Rate and Versus with nothing around them, and the wait for a batch."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.widgets import Static

from workbench.tui.actions import bindings
from workbench.tui.screens import rate_words as words
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.screens.rate import RateScreen
from workbench.tui.screens.versus import VersusScreen
from workbench.views.batches import BatchRow, batch_rows

LOOK_SECONDS = 1.0  # a batch that cannot be opened says so, and is tried again no sooner
_NEXT = "go on to the next batch, where there is one"


class KioskRateScreen(RateScreen):
    """Rate, from which no key leads anywhere."""

    scopes = ("rate", "judging", "kiosk")
    BINDINGS = bindings("rate", "judging", "kiosk")
    way_out = _NEXT

    def summary(self) -> words.Summary:
        return replace(super().summary(), exports=False)


class KioskVersusScreen(VersusScreen):
    """Versus, from which no key leads anywhere."""

    scopes = ("versus", "judging", "kiosk")
    BINDINGS = bindings("versus", "judging", "kiosk")
    way_out = _NEXT


class KioskScreen(WorkbenchScreen[None]):
    """Beneath the batches: opens the next one that has something left for the rater; `batch_id` None means any."""

    scopes = ("kiosk",)
    BINDINGS = bindings("kiosk")

    def __init__(self, command: str, batch_id: int | None) -> None:
        super().__init__()
        self._command = command
        self._batch_id = batch_id

    def heading(self) -> str:
        return f"workbench · {self.workbench.rater}"

    def body(self) -> ComposeResult:
        yield Static("Nothing is left to judge. A new batch appears here by itself.", id="wait", markup=False)

    def on_screen_resume(self) -> None:
        self.set_timer(LOOK_SECONDS, self.refresh_from_store)

    def on_mount(self) -> None:
        self.refresh_from_store()

    def refresh_from_store(self) -> None:
        self.run_latest(self._look)

    async def _look(self) -> None:
        rater = self.workbench.rater
        rows = await self.workbench.read(lambda store: batch_rows(store, rater))
        found = next((row for row in rows or () if self._fits(row)), None)
        if found and self.app.screen is self:
            self.workbench.show_rating(found.id)

    def _fits(self, row: BatchRow) -> bool:
        """An adjudication, which shows what others gave, is for the one who comes in with its number."""
        meant = row.adjudicates is None if self._batch_id is None else row.id == self._batch_id
        return meant and row.command == self._command and not row.finished
