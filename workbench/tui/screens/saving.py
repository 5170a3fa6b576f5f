"""One event at a time, saved before it counts: what is pending, what failed, and how it is tried again.

While an event is pending no further key is taken, so that what the screen shows is what has been saved.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic

from textual.timer import Timer
from textual.widgets import Static

from workbench.errors import StoreError
from workbench.rating.judging import JudgingSession, Spot
from workbench.records import Judgment
from workbench.tui.rating_thread import RatingThread, Session, View
from workbench.tui.screens import rate_words as words
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.tones import Tone

SAY_SAVING_SECONDS = 0.1  # a write is usually over before a person could read the word
RETRY_SECONDS = 5.0


class SavingScreen(WorkbenchScreen[None], Generic[Session, Spot]):
    """One rater's events on one batch, on their way to the disk. A subclass has a line `#saved`."""

    kind: ClassVar[type[JudgingSession[Any, Any]]]

    def __init__(self, batch_id: int) -> None:
        super().__init__()
        self.batch_id = batch_id
        self._pending: Judgment | None = None
        self._failed: StoreError | None = None
        self._retry: Timer | None = None

    def taken_up(self, event: Judgment, view: View[Spot]) -> None:
        """The event is durable: show where the rater is now."""
        raise NotImplementedError

    def on_mount(self) -> None:
        kind: Any = self.kind
        self._thread: RatingThread[Session] = RatingThread(
            self.workbench.workspace, kind, self.batch_id, self.workbench.rater
        )

    def on_unmount(self) -> None:
        self._thread.close()

    def unsaved(self) -> str | None:
        if self._pending is None or self._failed is None:
            return None  # what is on its way to the disk arrives there, whatever becomes of the screen
        return f"Not saved yet: {words.of_event(self._pending)}. Leaving gives it up."

    def action_retry(self) -> None:
        if self._pending and self._failed:
            self._commit(self._pending)

    def _busy(self, what: str) -> bool:
        """True while an event is pending; the key is refused aloud, for it is not kept."""
        if self._pending is None:
            return False
        if self._failed:
            self._say(words.not_saved(self._failed, what), "bad")
        else:
            self._say(f"saving… ({what} not taken: one at a time)", "warn")
        return True

    def _commit(self, event: Judgment) -> None:
        self._pending, self._failed = event, None
        if self._retry:
            self._retry.stop()
        self.set_timer(SAY_SAVING_SECONDS, lambda: self._say_saving(event))
        self.run_worker(self._write(event))

    async def _write(self, event: Judgment) -> None:
        undone = next((one for one in self._thread.session.undoable if one.uuid == event.undoes), None)
        try:
            view = await self._thread.commit(event, self._say_held)
        except StoreError as error:
            self._failed = error
            self._say(words.not_saved(error), "bad")
            self._retry = self.set_timer(RETRY_SECONDS, self.action_retry)
            return
        self._pending = None
        if self._stands:
            self._say(words.saved(event, undone), "warn" if event.kind == "too_fast" else "good")
            self.taken_up(event, view)

    # --- the line that says so ---

    @property
    def _stands(self) -> bool:
        """Whether the screen is still there to be painted; it may be left while the thread is at work."""
        return self.is_attached and bool(self.query("#saved"))

    def _say(self, text: str, tone: Tone = "muted") -> None:
        if self._stands:
            self.query_one("#saved", Static).update(words.state(text, tone))

    def _say_saving(self, event: Judgment) -> None:
        if self._pending is event and not self._failed:
            self._say("saving…")

    def _say_held(self, holder: str) -> None:
        if self._pending:
            self._say(f"saving… the database is held by {holder}", "warn")
