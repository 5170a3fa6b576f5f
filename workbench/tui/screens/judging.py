"""What Rate and Versus share: one event at a time, saved before it counts; the way back; flags, notes, pace.

No screen letter and no `q` is bound on these screens: a stray letter never leaves an item. One event may be
pending; while it is, no further key is taken, so that what the screen shows is what has been saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.events import Key, Resize
from textual.timer import Timer
from textual.widgets import Input, Static

from workbench.errors import StoreError, WorkbenchError
from workbench.rating.attention import Attention
from workbench.rating.judging import JudgingSession, Shown
from workbench.rating.pace import Pace
from workbench.records import Judgment, Prompt
from workbench.store import utc_now
from workbench.tui.rating_thread import RatingThread, Session, View
from workbench.tui.screens import rate_words as words
from workbench.tui.screens.base import WorkbenchScreen, head
from workbench.tui.tones import Tone
from workbench.tui.widgets.reader import Passage, Reader

SAY_SAVING_SECONDS = 0.1  # a write is usually over before a person could read the word
RETRY_SECONDS = 5.0
RENEW_SECONDS = 60.0  # how often a sign of life renews the lease
LOOK_SECONDS = 30.0  # how often to look whether another rater's lease has lapsed
REMIND_SECONDS = 60.0  # how long a reminder of a break stays
NOTE_CHARACTERS = 1000

Spot = TypeVar("Spot", bound=Shown)


class JudgingScreen(WorkbenchScreen[None], Generic[Session, Spot]):
    """One rater on one batch. A subclass says what is shown and which digits it knows."""

    kind: ClassVar[type[JudgingSession[Any, Any]]]
    called: ClassVar[str]
    unit: ClassVar[str]  # what is counted: an answer, or a pair
    way_out: ClassVar[str] = "leave"  # what esc does where nothing is left
    AUTO_FOCUS = ""

    def __init__(self, batch_id: int) -> None:
        super().__init__()
        self.batch_id = batch_id
        self._view: View[Spot] | None = None
        self._attention = Attention()
        self._pace = Pace(0)
        self._shown_at = utc_now()
        self._renewed = 0.0
        self._pending: Judgment | None = None
        self._failed: StoreError | None = None
        self._retry: Timer | None = None
        self._fold: words.Fold = "short"
        self._differences = False

    # --- what Rate and Versus differ in ---

    def texts(self) -> ComposeResult:
        """The widgets between the prompt and the lines at the bottom."""
        raise NotImplementedError

    def readers(self) -> Iterable[Reader]:
        """Where the answers stand; they scroll together."""
        raise NotImplementedError

    def identity(self, place: Spot) -> object:
        """What tells the texts of one place from those of another."""
        raise NotImplementedError

    def show_answers(self, place: Spot, differences: bool) -> None:
        """Put the answers on the screen, with what differs marked if asked for."""
        raise NotImplementedError

    def show_state(self, place: Spot) -> None:
        """Put what has been said so far on the screen."""
        raise NotImplementedError

    def prompt(self, place: Spot) -> Prompt:
        """What the answers answer."""
        raise NotImplementedError

    def note_of(self, place: Spot) -> str:
        """The note that stands; empty without one."""
        raise NotImplementedError

    def summary(self) -> words.Summary:
        """What was done, once nothing is left."""
        raise NotImplementedError

    # --- the screen ---

    def body(self) -> ComposeResult:
        yield Static(id="prompt-rule", markup=False)
        yield Reader(id="prompt", can_focus=False)
        yield from self.texts()
        yield Static(id="summary", markup=False)
        yield Static(id="remind", markup=False)
        yield Input(
            id="note", placeholder="a note; enter keeps it, esc does not", compact=True,
            max_length=NOTE_CHARACTERS, select_on_focus=False,
        )  # fmt: skip
        yield Static(id="saved", markup=False)

    def heading(self) -> str:
        return f"{self.called} · batch {self.batch_id}"

    def on_mount(self) -> None:
        kind: Any = self.kind
        self._thread: RatingThread[Session] = RatingThread(
            self.workbench.workspace, kind, self.batch_id, self.workbench.rater
        )
        self._say("opening…")
        self.set_interval(LOOK_SECONDS, self.refresh_from_store)
        self.run_worker(self._open())

    def on_unmount(self) -> None:
        self._thread.close()

    def on_screen_resume(self) -> None:
        """The text is painted again after help or a question: the time to read starts again."""
        if self._view:
            self._await_paint()

    def on_resize(self, _: Resize) -> None:
        self._fit_prompt()

    def on_key(self, _: Key) -> None:
        """Any key is a sign of life."""
        now = monotonic()
        self._attention.key(now)
        self._pace.key(now)
        if self._place and self._pending is None and now - self._renewed > RENEW_SECONDS:
            self._renewed = now
            self.run_worker(self._thread.renew())

    def refresh_from_store(self) -> None:
        """Where nothing is left, look whether another rater has let something go."""
        if self._view and self._view.waiting and self._pending is None:
            self.run_worker(self._look(), exclusive=True, group="look")

    def unsaved(self) -> str | None:
        if self._pending is None or self._failed is None:
            return None  # what is on its way to the disk arrives there, whatever becomes of the screen
        return f"Not saved yet: {words.of_event(self._pending)}. Leaving gives it up."

    def go_up(self) -> bool:
        if not self.noting:
            return False
        self._close_note()
        return True

    @property
    def noting(self) -> bool:
        """Whether a note is being typed."""
        return bool(self.query("#note.-open"))  # a key may come before there is a note at all

    @property
    def over(self) -> bool:
        """Whether nothing is left to judge, or what is left is with others."""
        return self._view is not None and self._view.place is None

    def copied(self) -> str | None:
        return "\n\n".join(reader.text for reader in self.readers())

    # --- keys ---

    def action_skip(self) -> None:
        place = self._ready("skip")
        if place:
            self._commit(self._thread.session.skip(place, self._shown_at, self._milliseconds()))

    def action_undo(self) -> None:
        if not self._view or self._busy("undo"):
            return
        event = self._thread.session.undo(self._shown_at, self._milliseconds())
        if event:
            self._commit(event)
        else:
            self._say("nothing to undo")

    def action_flag(self) -> None:
        place = self._ready("flag")
        if place:
            self._commit(self._thread.session.flag(place, self._shown_at, self._milliseconds()))

    def action_note(self) -> None:
        place = self._ready("note")
        if place:
            note = self.query_one("#note", Input)
            note.value = self.note_of(place)
            note.cursor_position = len(note.value)
            note.add_class("-open")
            note.focus()

    @on(Input.Submitted)
    def _noted(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_note()
        place = self._ready("note")
        text = event.value.strip()
        if place and text and text != self.note_of(place):
            self._commit(self._thread.session.note(place, text, self._shown_at, self._milliseconds()))

    def action_differences(self) -> None:
        if self._place:
            self._differences = not self._differences
            self.show_answers(self._place, self._differences)

    def action_fold(self) -> None:
        self._fold = words.NEXT_FOLD[self._fold]
        self._fit_prompt()

    def action_answer_line_up(self) -> None:
        for reader in self._scrolled():
            reader.action_line_up()

    def action_answer_line_down(self) -> None:
        for reader in self._scrolled():
            reader.action_line_down()

    def action_answer_page_up(self) -> None:
        for reader in self._scrolled():
            reader.action_text_page_up()

    def action_answer_page_down(self) -> None:
        for reader in self._scrolled():
            reader.action_text_page_down()

    def action_retry(self) -> None:
        if self._pending and self._failed:
            self._commit(self._pending)

    # --- writing ---

    @property
    def _place(self) -> Spot | None:
        return self._view.place if self._view else None

    def _ready(self, what: str) -> Spot | None:
        """The place that a key speaks of; None while nothing can be taken."""
        return None if self._view is None or self._busy(what) else self._view.place

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
        try:
            view = await self._thread.commit(event, self._say_held)
        except StoreError as error:
            self._failed = error
            self._say(words.not_saved(error), "bad")
            self._retry = self.set_timer(RETRY_SECONDS, self.action_retry)
            return
        self._pending = None
        if not self._stands:
            return
        self._say(words.saved(event), "warn" if event.kind == "too_fast" else "good")
        if self._view and view.judged > self._view.judged:
            self._pace.judged(event.milliseconds)
        self._show(view)
        self._remind()

    async def _open(self) -> None:
        try:
            view: View[Spot] = await self._thread.open()
        except WorkbenchError as error:
            self.workbench.say(error)
            self.dismiss()
            return
        if not self._stands:
            return
        self._pace = Pace(60 * self._thread.break_minutes)
        self._pace.key(monotonic())
        self._say("ready" if view.judged == 0 else f"resumed: {view.judged} of {view.answers} are judged")
        self._show(view)

    async def _look(self) -> None:
        try:
            view: View[Spot] = await self._thread.look()
        except StoreError:
            return  # nothing was to be saved; the next look tries again
        if self._stands:
            self._show(view)

    # --- painting ---

    @property
    def _stands(self) -> bool:
        """Whether the screen is still there to be painted; it may be left while the thread is at work."""
        return self.is_attached and bool(self.query("#saved"))

    def _show(self, view: View[Spot]) -> None:
        before, self._view = self._place, view
        place = view.place
        self.set_class(place is None, "-done")
        head(self).show(
            f"{self.called} · {self._thread.session.rubric.title}",
            words.progress(view.judged, view.answers, self._pace.seconds, self.size.width),
        )
        if place is None:
            self.query_one("#summary", Static).update(
                words.summary(self.summary(), view.waiting, self.unit, self.way_out)
            )
            return
        self.show_state(place)
        if before is None or self.identity(before) != self.identity(place):
            self._show_text(place)

    def _show_text(self, place: Spot) -> None:
        self._differences = False
        self.query_one("#prompt", Reader).show([Passage(words.prompt(self.prompt(place)))])
        self.show_answers(place, differences=False)
        self._fit_prompt()
        self._await_paint()

    def _await_paint(self) -> None:
        self._attention.hidden()
        self._shown_at = utc_now()
        next(iter(self.readers())).call_after_refresh(self._note_paint)

    def _note_paint(self) -> None:
        self._attention.painted(monotonic())
        self._shown_at = utc_now()

    def _milliseconds(self) -> int:
        """Attention to the text since it was painted; 0 before that."""
        return self._attention.milliseconds(monotonic())

    def _fit_prompt(self) -> None:
        """Give the prompt the lines that its fold allows, and say how many there are."""
        prompt = self.query_one("#prompt", Reader)
        lines = prompt.lines(max(2, self.size.width - 3))
        room = {"short": max(2, self.size.height // 8), "whole": self.size.height // 2, "line": 1}[self._fold]
        prompt.styles.height = min(lines, room)
        rule = words.rule("prompt", words.fold_remark(self._fold, lines, room), self.size.width)
        self.query_one("#prompt-rule", Static).update(rule)

    def _scrolled(self) -> Iterable[Reader]:
        """The prompt while it is shown whole, else the answers."""
        return [self.query_one("#prompt", Reader)] if self._fold == "whole" else self.readers()

    def _close_note(self) -> None:
        self.query_one("#note", Input).remove_class("-open")
        self.set_focus(None)

    def _remind(self) -> None:
        minutes = self._pace.break_due(monotonic())
        if minutes is not None:
            remind = self.query_one("#remind", Static)
            remind.update(words.state(words.reminder(minutes), "warn"))
            remind.add_class("-due")
            self.set_timer(REMIND_SECONDS, lambda: remind.remove_class("-due"))

    def _say(self, text: str, tone: Tone = "muted") -> None:
        if self._stands:
            self.query_one("#saved", Static).update(words.state(text, tone))

    def _say_saving(self, event: Judgment) -> None:
        if self._pending is event and not self._failed:
            self._say("saving…")

    def _say_held(self, holder: str) -> None:
        if self._pending:
            self._say(f"saving… the database is held by {holder}", "warn")
