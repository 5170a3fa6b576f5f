"""Talking with a model: what is said above, a line to type in below. Nothing of it is kept.

The model lives in a process of its own (`workbench.chat`), and that process ends with the screen.
"""

from __future__ import annotations

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from workbench.chat import Chat
from workbench.errors import WorkbenchError
from workbench.records import Message
from workbench.tui.actions import bindings
from workbench.tui.screens.base import WorkbenchScreen, head
from workbench.tui.screens.pick import PickScreen
from workbench.tui.tones import Tone
from workbench.tui.widgets.reader import Passage, Reader
from workbench.views.catalog import rounds_to_talk_to

PAINT_SECONDS = 0.05  # a fast model writes more often than an eye reads
_ENDINGS = {"length": "cut at the longest answer", "stopped": "stopped"}
_TONES: dict[str, tuple[str, Tone]] = {"user": ("you", "accent"), "assistant": ("model", "")}


class ChatScreen(WorkbenchScreen[None]):
    """One conversation. No screen letters here: letters are typed; `esc` stops an answer, then leaves."""

    scopes = ("chat", "everywhere")
    BINDINGS = bindings("chat")
    CSS_PATH = "chat.tcss"
    AUTO_FOCUS = "Input"

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model
        self._said: list[Message] = []
        self._pieces: list[str] = []
        self._shown = -1  # how many pieces are painted
        self._loading = True
        self._answering = False
        self._early = ""  # what was sent while the model was loading
        self._chat: Chat | None = None

    def heading(self) -> str:
        return f"Chat with {self.model}"

    def body(self) -> ComposeResult:
        yield Reader(can_focus=False)
        yield Input(placeholder="say something, enter sends it", compact=True)

    def on_mount(self) -> None:
        self.set_interval(PAINT_SECONDS, self._paint)
        self._say("loading ...")
        self.run_worker(self._load, thread=True, exit_on_error=False)

    def on_unmount(self) -> None:
        if self._chat:
            self._chat.end()

    def copied(self) -> str | None:
        return next((turn.content for turn in reversed(self._said) if turn.role == "assistant"), None)

    def go_up(self) -> bool:
        """Stop the answer that is being written, if there is one."""
        if self._chat and self._answering:
            self._chat.stop()
            return True
        return False

    def action_earlier(self) -> None:
        self.query_one(Reader).action_text_page_up()

    def action_later(self) -> None:
        self.query_one(Reader).action_text_page_down()

    def action_forget(self) -> None:
        """Begin anew, as if nothing had been said."""
        if not self._answering:
            self._said, self._pieces, self._shown = [], [], -1

    def action_switch(self) -> None:
        """Choose the model that answers from now on; what was said stays."""
        if self._answering or self._loading or self._chat is None:
            return
        names = rounds_to_talk_to(self.workbench.store, self.model)
        self.app.push_screen(PickScreen("Who answers?", names, self.model), self._switch_to)

    @on(Input.Submitted)
    def _send(self, event: Input.Submitted) -> None:
        event.stop()
        words = event.value.strip()
        if not words or self._answering or self._early:
            return
        if self._loading:
            self._early = words
            self._say("loading; then this is asked")
        elif self._chat:
            self._begin([*self._said, Message("user", words)])
        event.input.value = ""

    def _begin(self, asking: list[Message]) -> None:
        self._answering, self._said, self._pieces, self._shown = True, asking, [], -1
        self._say("answering; esc stops it")
        self.run_worker(partial(self._answer, asking), thread=True, exit_on_error=False)

    def _load(self) -> None:
        """In a thread: start the process and wait for the model."""
        try:
            self._chat = Chat(self.workbench.workspace, self.model)
            self._chat.wait_until_ready()
        except WorkbenchError as error:
            self.app.call_from_thread(self._failed, error, [])
        else:
            self.app.call_from_thread(self._ready)

    def _answer(self, asking: list[Message]) -> None:
        """In a thread: read the answer piece by piece."""
        assert self._chat is not None
        try:
            for piece in self._chat.ask(asking, {}):
                self._pieces.append(piece)
        except WorkbenchError as error:
            self.app.call_from_thread(self._failed, error, asking[:-1])
        else:
            self.app.call_from_thread(self._answered, str(self._chat.ending["finish_reason"]))

    def _switch_to(self, name: str | None) -> None:
        if name is not None and name != self.model:
            self._loading = True
            self._say(f"loading {name} ...")
            self.run_worker(partial(self._switch, name), thread=True, exit_on_error=False)

    def _switch(self, name: str) -> None:
        """In a thread: wait for the other model."""
        assert self._chat is not None
        try:
            self._chat.switch(name)
        except WorkbenchError as error:
            self.app.call_from_thread(self._failed, error, self._said)
        else:
            self.app.call_from_thread(self._switched, name)

    def _switched(self, name: str) -> None:
        self.model = name
        self._ready()

    def _ready(self) -> None:
        self._loading = False
        self._say("")
        if self._early:
            self._begin([*self._said, Message("user", self._early)])
            self._early = ""

    def _answered(self, reason: str) -> None:
        self._said = [*self._said, Message("assistant", "".join(self._pieces))]
        self._pieces, self._shown, self._answering = [], -1, False
        self._say(_ENDINGS.get(reason, ""))

    def _failed(self, error: WorkbenchError, said: list[Message]) -> None:
        """A turn that was refused is forgotten; the next one may do, if the process still lives.

        What was sent while it loaded was not asked: it goes back into the line, unless something else stands there.
        """
        self._said, self._pieces, self._shown = said, [], -1
        self._answering = self._loading = False
        line = self.query_one(Input)
        line.value, self._early = line.value or self._early, ""
        if self._chat and not self._chat.alive:
            self._chat = None
        self._say("no answer")
        self.workbench.say(error)

    def _say(self, words: str) -> None:
        head(self).show(self.heading(), words)

    def _paint(self) -> None:
        if self._shown == len(self._pieces):
            return
        self._shown = len(self._pieces)
        turns = [*self._said, *([Message("assistant", "".join(self._pieces))] if self._pieces else [])]
        self.query_one(Reader).show([one for turn in turns for one in _passages(turn)], at_end=True)


def _passages(turn: Message) -> list[Passage]:
    name, tone = _TONES[turn.role]
    return [Passage(turn.content, tone, name), Passage("")]
