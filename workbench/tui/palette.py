"""The palette: every action that applies on the current screen, and the themes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from workbench.tui.actions import Action, in_scopes
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.themes import THEMES

MOVING = ("list", "reader")  # offered last: nobody looks for them here
Command = tuple[str, str, Callable[[], Any]]


class ActionsProvider(Provider):
    """Offers what the table says for the scopes of the screen underneath."""

    async def discover(self) -> Hits:
        for name, help, run in self._commands():
            yield DiscoveryHit(name, run, help=help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, help, run in self._commands():
            score = matcher.match(f"{name} {help}")
            if score > 0:
                yield Hit(score, name, run, help=help)

    def _commands(self) -> list[Command]:
        scopes = self.screen.scopes if isinstance(self.screen, WorkbenchScreen) else ()
        local = sorted(scopes, key=lambda scope: scope in MOVING)
        offered = [action for action in in_scopes(*local) if action.id != "command_palette"]
        return [command for action in offered for command in self._of(action)] + self._themes()

    def _of(self, action: Action) -> list[Command]:
        """One command; of a row of keys that differ in a number one for each, so that none is pressed unmeant."""
        name = action.id.replace("_", " ")
        if action.takes_key:
            return [(f"{name} {key}", action.help, partial(self._press, key)) for key in action.keys]
        return [(f"{name}  ({action.shown})", action.help, partial(self._press, action.keys[0]))]

    def _press(self, key: str) -> None:
        """Run what the key runs, where the focus is: an action has one way to happen."""
        self.app.call_after_refresh(self.app.simulate_key, key)

    def _themes(self) -> list[Command]:
        """None under NO_COLOR: Textual chooses at the start how to leave colours out."""

        def use(name: str) -> None:
            self.app.theme = name

        offered = () if self.app.no_color else THEMES
        return [(f"theme {theme.name}", "colours", partial(use, theme.name)) for theme in offered]
