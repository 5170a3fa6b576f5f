"""Rate: one answer at a time, one key a criterion, the anchor sentences always in sight, blind to the model.

No screen letter and no `q` is bound here: a stray letter never leaves an item. One event may be pending;
while it is, no further key is taken, so that what the screen shows is what has been saved.
"""

from __future__ import annotations

from time import monotonic

from textual.app import ComposeResult
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Static

from workbench.errors import StoreError, WorkbenchError
from workbench.rating.session import Place
from workbench.records import Judgment
from workbench.store import utc_now
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.rating_thread import RatingThread, View
from workbench.tui.screens import rate_words as words
from workbench.tui.screens.base import WorkbenchScreen, head
from workbench.tui.tones import Tone
from workbench.tui.widgets.reader import Passage, Reader

MIN_EXPOSURE_MS = 250  # a digit before that was not meant for this text
SAY_SAVING_SECONDS = 0.1  # a write is usually over before a person could read the word
RETRY_SECONDS = 5.0


class RateScreen(WorkbenchScreen[None]):
    """One rater on one batch."""

    scopes = ("rate", "everywhere")
    BINDINGS = bindings("rate")
    CSS_PATH = "rate.tcss"
    AUTO_FOCUS = ""

    def __init__(self, batch_id: int) -> None:
        super().__init__()
        self.batch_id = batch_id
        self._view: View | None = None
        self._painted: float | None = None  # monotonic time at which the text was on the screen; None: not yet
        self._shown_at = utc_now()
        self._pending: Judgment | None = None
        self._failed: StoreError | None = None
        self._retry: Timer | None = None
        self._fold: words.Fold = "short"

    def body(self) -> ComposeResult:
        yield Static(id="prompt-rule", markup=False)
        yield Reader(id="prompt", can_focus=False)
        yield Static(id="answer-rule", markup=False)
        yield Reader(id="answer", can_focus=False)
        yield Static(id="scale", markup=False)
        yield Static(id="summary", markup=False)
        yield Static(id="saved", markup=False)

    def heading(self) -> str:
        return f"Rate · batch {self.batch_id}"

    def on_mount(self) -> None:
        self._thread = RatingThread(self.workbench.workspace, self.batch_id, self.workbench.rater)
        self._say("opening…")
        self.run_worker(self._open())

    def on_unmount(self) -> None:
        self._thread.close()

    def on_screen_resume(self) -> None:
        """The text is painted again after help or a question: the time to read starts again."""
        if self._view:
            self._await_paint()

    def on_resize(self, _: Resize) -> None:
        self._fit_prompt()

    def unsaved(self) -> str | None:
        if self._pending is None or self._failed is None:
            return None  # what is on its way to the disk arrives there, whatever becomes of the screen
        return f"Not saved yet: {words.of_event(self._pending)}. Leaving gives it up."

    def copied(self) -> str | None:
        return self.query_one("#answer", Reader).text

    # --- keys ---

    def action_score(self, key: str) -> None:
        place = self._ready(f"key {key}")
        if place is None:
            return
        passed = self._milliseconds()
        session = self._thread.session
        if self._painted is None or passed < MIN_EXPOSURE_MS:
            self._commit(session.too_fast(place, int(key), self._shown_at, passed))
        else:
            self._commit(session.score(place, int(key), self._shown_at, passed))

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

    def action_fold(self) -> None:
        self._fold = words.NEXT_FOLD[self._fold]
        self._fit_prompt()

    def action_answer_line_up(self) -> None:
        self._scrolled().action_line_up()

    def action_answer_line_down(self) -> None:
        self._scrolled().action_line_down()

    def action_answer_page_up(self) -> None:
        self._scrolled().action_text_page_up()

    def action_answer_page_down(self) -> None:
        self._scrolled().action_text_page_down()

    def action_retry(self) -> None:
        if self._pending and self._failed:
            self._commit(self._pending)

    def action_export(self) -> None:
        if not self._busy("export"):
            self.workbench.show_export()

    # --- writing ---

    def _ready(self, what: str) -> Place | None:
        """The place that a key speaks of; None while nothing can be taken."""
        if self._view is None or self._busy(what):
            return None
        return self._view.place

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
        self._say(words.saved(event, MIN_EXPOSURE_MS), "warn" if event.kind == "too_fast" else "good")
        self._show(view)

    async def _open(self) -> None:
        try:
            view = await self._thread.open()
        except WorkbenchError as error:
            self.workbench.say(error)
            self.dismiss()
            return
        self._say("ready" if view.judged == 0 else f"resumed: {view.judged} of {view.answers} are judged")
        self._show(view)

    # --- painting ---

    def _show(self, view: View) -> None:
        before, self._view = self._view, view
        place = view.place
        self.set_class(place is None, "-done")
        bar = figures.bar(view.judged, view.answers, 10)
        head(self).show(f"Rate · {self._thread.session.rubric.title}", f"{bar} {view.judged}/{view.answers} judged")
        if place is None:
            self.query_one("#summary", Static).update(words.summary(self._thread.summary()))
            return
        self.query_one("#scale", Static).update(words.scale(self._thread.session.rubric, place))
        if before is None or before.place is None or _texts(before.place) != _texts(place):
            self._show_text(place)

    def _show_text(self, place: Place) -> None:
        self.query_one("#answer-rule", Static).update(words.answer_rule(place, self.size.width))
        self.query_one("#prompt", Reader).show([Passage(words.prompt(place.prompt))])
        self.query_one("#answer", Reader).show([Passage(place.completion.text or "(an empty answer)")])
        self._fit_prompt()
        self._await_paint()

    def _await_paint(self) -> None:
        self._painted, self._shown_at = None, utc_now()
        self.query_one("#answer", Reader).call_after_refresh(self._note_paint)

    def _note_paint(self) -> None:
        self._painted, self._shown_at = monotonic(), utc_now()

    def _milliseconds(self) -> int:
        """Since the text was painted; 0 before that."""
        return 0 if self._painted is None else round(1000 * (monotonic() - self._painted))

    def _fit_prompt(self) -> None:
        """Give the prompt the lines that its fold allows, and say how many there are."""
        prompt = self.query_one("#prompt", Reader)
        lines = prompt.lines(max(2, self.size.width - 3))
        room = {"short": max(2, self.size.height // 8), "whole": self.size.height // 2, "line": 1}[self._fold]
        prompt.styles.height = min(lines, room)
        rule = words.rule("prompt", words.fold_remark(self._fold, lines, room), self.size.width)
        self.query_one("#prompt-rule", Static).update(rule)

    def _scrolled(self) -> Reader:
        """The prompt while it is shown whole, else the answer."""
        return self.query_one("#prompt" if self._fold == "whole" else "#answer", Reader)

    def _say(self, text: str, tone: Tone = "muted") -> None:
        if self.is_attached:
            self.query_one("#saved", Static).update(words.state(text, tone))

    def _say_saving(self, event: Judgment) -> None:
        if self._pending is event and not self._failed:
            self._say("saving…")

    def _say_held(self, holder: str) -> None:
        if self._pending:
            self._say(f"saving… the database is held by {holder}", "warn")


def _texts(place: Place) -> tuple[int, int]:
    return place.item.id, place.completion.id
