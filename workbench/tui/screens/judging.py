"""What Rate and Versus share: the place that is shown, the way back; flags, notes, pace.

No screen letter and no `q` is bound on these screens: a stray letter never leaves an item.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from time import monotonic
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key, Resize
from textual.widgets import Static

from workbench.errors import StoreError, WorkbenchError
from workbench.rating.attention import MIN_EXPOSURE_MS, Attention
from workbench.rating.judging import Spot
from workbench.rating.pace import Pace
from workbench.records import Criterion, Judgment, Prompt
from workbench.store import utc_now
from workbench.tui.rating_thread import Session, View
from workbench.tui.screens import rate_words as words
from workbench.tui.screens.base import head
from workbench.tui.screens.saving import SavingScreen
from workbench.tui.widgets.examples_pane import ExamplesPane
from workbench.tui.widgets.lines import KeyLine
from workbench.tui.widgets.note_input import NoteInput
from workbench.tui.widgets.prompt_pane import PromptPane
from workbench.tui.widgets.reader import Reader

RENEW_SECONDS = 60.0  # how often a sign of life renews the lease
LOOK_SECONDS = 30.0  # how often to look whether another rater's lease has lapsed
REMIND_SECONDS = 60.0  # how long a reminder of a break stays


class JudgingScreen(SavingScreen[Session, Spot]):
    """One rater on one batch. A subclass says what is shown and which digits it knows."""

    called: ClassVar[str]
    unit: ClassVar[str]  # what is counted: an answer, or a pair
    way_out: ClassVar[str] = "leave"  # what esc does where nothing is left
    AUTO_FOCUS = ""

    def __init__(self, batch_id: int) -> None:
        super().__init__(batch_id)
        self._view: View[Spot] | None = None
        self._attention = Attention()
        self._pace = Pace(0)
        self._shown_at = utc_now()
        self._renewed = 0.0
        self._differences = False
        self._told = ""  # what there is to say of the differences
        self._uncovered = -inf  # when the examples of the rubric last made room for the texts

    # --- what Rate and Versus differ in ---

    def answers(self) -> ComposeResult:
        """The widgets beneath the prompt; they share what room there is."""
        raise NotImplementedError

    def meaning(self) -> ComposeResult:
        """The widgets that say what the digits mean."""
        raise NotImplementedError

    def readers(self) -> Sequence[Reader]:
        """Where the answers stand."""
        raise NotImplementedError

    def scrolling(self) -> Sequence[Reader]:
        """Those of them that the keys scroll: all together."""
        return self.readers()

    @property
    def least(self) -> int:
        """How many lines the answers and their rules keep, however long the prompt is."""
        raise NotImplementedError

    def identity(self, place: Spot) -> object:
        """What tells the texts of one place from those of another."""
        raise NotImplementedError

    def show_answers(self, place: Spot, differences: bool, stay: bool) -> None:
        """Put the answers on the screen, with what differs marked if asked for; `stay`: they are there already."""
        raise NotImplementedError

    def show_state(self, place: Spot) -> None:
        """Put what has been said so far on the screen."""
        raise NotImplementedError

    def show_rules(self, place: Spot) -> None:
        """Put on the screen what stands above the answers."""
        raise NotImplementedError

    def prompt(self, place: Spot) -> Prompt:
        """What the answers answer."""
        raise NotImplementedError

    def criteria(self) -> Sequence[Criterion]:
        """Those that the next digit speaks of."""
        raise NotImplementedError

    def note_of(self, place: Spot) -> str:
        """The note that stands; empty without one."""
        raise NotImplementedError

    def summary(self) -> words.Summary:
        """What was done, once nothing is left."""
        raise NotImplementedError

    # --- the screen ---

    def body(self) -> ComposeResult:
        with Vertical(id="texts"):
            yield PromptPane()
            yield from self.answers()
        yield ExamplesPane()
        yield Static(id="summary", markup=False)
        yield Static(id="remind", markup=False)
        yield from self.meaning()
        yield NoteInput()
        yield Static(id="saved", markup=False)

    def heading(self) -> str:
        return f"{self.called} · batch {self.batch_id}"

    def on_mount(self) -> None:
        super().on_mount()
        self._say("opening…")
        self.set_interval(LOOK_SECONDS, self.refresh_from_store)
        self.run_worker(self._open())

    def on_screen_resume(self) -> None:
        """The text is painted again after help or a question: the time to read starts again."""
        if self._view:
            self._await_paint()

    def on_resize(self, _: Resize) -> None:
        self.call_after_refresh(self._fit_prompt)

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
            self.run_latest(self._look, group="look")

    def go_up(self) -> bool:
        if self.noting:
            self.query_one(NoteInput).close()
        elif self.shows_examples:
            self.action_examples()
        else:
            return False
        return True

    @property
    def noting(self) -> bool:
        """Whether a note is being typed."""
        return any(note.is_open for note in self.query(NoteInput))  # a key may come before there is a note at all

    @property
    def shows_examples(self) -> bool:
        """Whether the rubric's examples stand where the texts were."""
        return any(pane.is_open for pane in self.query(ExamplesPane))

    @property
    def marks(self) -> bool:
        """Whether the words that differ are marked now."""
        return self._differences and self._told == words.MARKED

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
            self.set_class(True, "-noting")
            self.query_one(KeyLine).show(("note",))
            self.query_one(NoteInput).open(self.note_of(place))

    @on(NoteInput.Closed)
    def _noted(self, event: NoteInput.Closed) -> None:
        self.set_class(False, "-noting")
        self._name_keys()
        self.set_focus(None)
        place = self._ready("note") if event.text else None
        if place and event.text and event.text != self.note_of(place):
            self._commit(self._thread.session.note(place, event.text, self._shown_at, self._milliseconds()))

    def action_differences(self) -> None:
        if self._place and not self._covered("diff"):
            self._differences = not self._differences
            self.show_answers(self._place, self._differences, stay=True)
            self._say(self._told if self._differences else "")

    def action_fold(self) -> None:
        if not self._covered("prompt"):
            self.query_one(PromptPane).fold()

    def action_examples(self) -> None:
        """Show them, or the texts again. Reading them is time given to what is judged."""
        pane = self.query_one(ExamplesPane)
        if pane.is_open:
            pane.close()
            self._uncovered = inf
            self.call_after_refresh(self._note_uncovered)
        elif self._place and not super()._busy("examples"):
            pane.open(self.criteria())
        self.set_class(pane.is_open, "-examples")

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

    # --- where the rater is ---

    @property
    def _place(self) -> Spot | None:
        return self._view.place if self._view else None

    def _ready(self, what: str) -> Spot | None:
        """The place that a key speaks of; None while nothing can be taken."""
        return None if self._view is None or self._busy(what) else self._view.place

    def _busy(self, what: str) -> bool:
        return super()._busy(what) or self._covered(what)

    def _covered(self, what: str) -> bool:
        """True while the texts cannot be seen, or only just can be again; the key is refused aloud."""
        if self.shows_examples:
            self._say(f"{what} not taken: a or esc closes the examples first", "warn")
            return True
        if monotonic() - self._uncovered < MIN_EXPOSURE_MS / 1000:
            self._say(f"{what} not taken: too soon after the examples", "warn")
            return True
        return False

    def _note_uncovered(self) -> None:
        self._uncovered = monotonic()

    def taken_up(self, event: Judgment, view: View[Spot]) -> None:
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

    def _show(self, view: View[Spot]) -> None:
        before, self._view = self._place, view
        place = view.place
        if self.has_class("-done") != (place is None):
            self.set_class(place is None, "-done")
            self._name_keys()
        session = self._thread.session
        called = self.called if session.batch.adjudicates is None else f"Adjudicate batch {session.batch.adjudicates}"
        head(self).show(
            f"{called} · {session.rubric.title}",
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
        else:
            self.show_rules(place)

    def _name_keys(self) -> None:
        """In the last line; once nothing is left, the summary names those that judge no more."""
        self.query_one(KeyLine).show(self.scopes[-1:] if self.over else self.scopes)

    def _show_text(self, place: Spot) -> None:
        self._differences = False
        self.query_one(PromptPane).show(words.prompt(self.prompt(place)))
        self.show_answers(place, differences=False, stay=False)
        self._fit_prompt()
        self._await_paint()

    @on(Reader.Moved)
    def _tell_lines(self) -> None:
        if self._place and self._stands:
            self.show_rules(self._place)

    def _await_paint(self) -> None:
        self._attention.hidden()
        self._shown_at = utc_now()
        self.readers()[0].call_after_refresh(self._note_paint)

    def _note_paint(self) -> None:
        self._attention.painted(monotonic())
        self._shown_at = utc_now()

    def _milliseconds(self) -> int:
        """Attention to the text since it was painted; 0 before that."""
        return self._attention.milliseconds(monotonic())

    def _fit_prompt(self) -> None:
        """Give the prompt a share of the screen; shown whole, all that the answers can do without."""
        if self._stands:
            room = self.query_one("#texts").size.height
            self.query_one(PromptPane).fit(max(2, self.size.height // 8), max(2, room - self.least - 1))

    def _scrolled(self) -> Sequence[Reader]:
        """The examples while they are shown, the prompt while it is shown whole, else the answers."""
        if self.shows_examples:
            return [self.query_one(ExamplesPane).reader]
        prompt = self.query_one(PromptPane)
        return [prompt.reader] if prompt.whole else self.scrolling()

    def _remind(self) -> None:
        minutes = self._pace.break_due(monotonic())
        if minutes is not None:
            self.query_one("#remind", Static).update(words.state(words.reminder(minutes), "warn"))
            self._show_reminder(True)
            self.set_timer(REMIND_SECONDS, lambda: self._show_reminder(False))

    def _show_reminder(self, due: bool) -> None:
        self.query_one("#remind").set_class(due, "-due")
        self.call_after_refresh(self._fit_prompt)
