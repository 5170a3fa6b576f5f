"""Help: the keys of the screen it was asked on, then those that work everywhere, then all others."""

from __future__ import annotations

from textual.app import ComposeResult

from workbench.tui.actions import SCOPES, in_scopes
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.widgets.reader import Passage, Reader


class HelpScreen(WorkbenchScreen[None]):
    """Made from the action table; `about` are the scopes of the screen underneath."""

    scopes = ("reader", "everywhere")  # no screen letters: help may lie over an item that is being rated

    def __init__(self, about: tuple[str, ...]) -> None:
        super().__init__()
        self._about = about

    def heading(self) -> str:
        return "Help · esc goes back"

    def body(self) -> ComposeResult:
        yield Reader()

    def on_mount(self) -> None:
        self.query_one(Reader).show(help_passages(self._about))


def help_passages(about: tuple[str, ...]) -> list[Passage]:
    """All keys by scope, those of the screen first."""
    others = [scope for scope in SCOPES if scope not in about]
    passages = [Passage("On this screen", "accent"), Passage("")]
    for scope in about:
        passages += _scope(scope)
    passages += [Passage("Elsewhere", "accent"), Passage("")]
    for scope in others:
        passages += _scope(scope)
    return passages


def _scope(scope: str) -> list[Passage]:
    rows = [Passage(action.help, label=f"  {action.shown}") for action in in_scopes(scope)]
    return [Passage(SCOPES[scope], "strong"), *rows, Passage("")]
