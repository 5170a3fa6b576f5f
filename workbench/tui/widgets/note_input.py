"""The line in which a note is written; it stands where the state of saving stands, so that nothing else moves."""

from __future__ import annotations

from textual.message import Message
from textual.widgets import Input

from workbench.tui.actions import bindings

_CHARACTERS = 1000


class NoteInput(Input):
    """Closed until it is opened with the note that stands; enter and esc close it."""

    BINDINGS = bindings("note")

    class Closed(Message):
        """The note is over; `text` is None where it is not to be kept."""

        def __init__(self, text: str | None) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__(
            id="note", placeholder="a note on what is shown", compact=True, max_length=_CHARACTERS,
            select_on_focus=False,
        )  # fmt: skip

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def open(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)
        self.add_class("-open")
        self.focus()

    def close(self, text: str | None = None) -> None:
        """Close it; `text` is what is to be kept."""
        self.remove_class("-open")
        self.post_message(self.Closed(text))

    def action_keep(self) -> None:
        self.close(self.value.strip())

    def action_drop(self) -> None:
        self.close()
