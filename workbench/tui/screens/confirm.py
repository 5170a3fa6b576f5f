"""A question before something is destroyed: it names the thing and the cost, and the default is no."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.text import clean
from workbench.tui.actions import bindings


class ConfirmScreen(ModalScreen[bool]):
    """Dismissed with True only by the key for yes, which differs from any key that asks."""

    scopes = ("confirm",)
    BINDINGS = bindings("confirm")
    CSS_PATH = "confirm.tcss"

    def __init__(self, question: str, cost: str) -> None:
        super().__init__()
        self._question = question
        self._cost = cost

    def compose(self) -> ComposeResult:
        words = Content.assemble(
            (clean(self._question), "bold"), "\n\n", clean(self._cost), "\n\n",
            ("y", "bold $accent"), " yes    ", ("n", "bold $accent"), " no (also enter and esc)",
        )  # fmt: skip
        with Vertical():
            yield Static(words, markup=False)

    def action_yes(self) -> None:
        self.dismiss(True)

    def action_no(self) -> None:
        self.dismiss(False)
