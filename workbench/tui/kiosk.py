"""The kiosk: judging and nothing else, for a rater who comes in through a forced SSH command.

Every key is dropped unless the list here names it for what is on the screen, and so are paste and mouse: a new
screen or binding elsewhere opens no way out of here.
"""

from __future__ import annotations

import signal

from textual.events import Event, Key, MouseEvent, Paste

from workbench.errors import WorkbenchError
from workbench.store import Store, batches, open_store
from workbench.tui.actions import in_scopes
from workbench.tui.app import Start, WorkbenchApp
from workbench.tui.hang_up import end_on_hang_up
from workbench.tui.screens.confirm import ConfirmScreen
from workbench.tui.screens.judging import JudgingScreen
from workbench.tui.screens.kiosk import KioskRateScreen, KioskScreen, KioskVersusScreen
from workbench.workspace import Workspace

_FROM_THE_KEYBOARD = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
_NEVER = ("export",)  # writes a file
_IN_A_NOTE = {"enter", "escape", "ctrl+q", "backspace", "delete", "left", "right", "home", "end"}


def run(workspace: Workspace, rater: str, start: Start, batch: int | None = None) -> int:
    """Judge until the rater leaves, and return the exit code; `batch` None: every open one of the command."""
    for number in _FROM_THE_KEYBOARD:  # until the driver has the keyboard, and once it has let go of it
        signal.signal(number, signal.SIG_IGN)
    end_on_hang_up()
    with open_store(workspace) as store:
        app = KioskApp(store, rater, start, batch)
        app.run(mouse=False)
    return app.return_code or 0


class KioskApp(WorkbenchApp, inherit_bindings=False):
    """The same application with one way in and one way out."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    DEFAULT_MODE = "kiosk"

    def __init__(self, store: Store, rater: str, start: Start, batch: int | None = None) -> None:
        super().__init__(store, rater, start, batch)
        self.add_mode("kiosk", lambda: KioskScreen(start, batch))

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Paste | MouseEvent) or (isinstance(event, Key) and not self._meant(event)):
            return
        await super().on_event(event)

    def show_rating(self, batch_id: int) -> None:
        try:
            compares = batches.by_id(self.store, batch_id).compares
        except WorkbenchError as error:
            self.say(error)
            return
        self.push_screen(KioskVersusScreen(batch_id) if compares else KioskRateScreen(batch_id))

    async def action_back(self) -> None:
        """Close the note; from a batch with nothing left, go on."""
        screen = self.screen
        if isinstance(screen, JudgingScreen) and not screen.go_up() and screen.over:
            self.pop_screen()

    def copy_to_clipboard(self, text: str) -> None:
        """Nothing leaves through the terminal's clipboard."""

    def _meant(self, event: Key) -> bool:
        """Whether this key does something here."""
        screen = self.screen
        if isinstance(screen, JudgingScreen) and screen.noting:
            return event.is_printable or event.key in _IN_A_NOTE
        scopes = screen.scopes if isinstance(screen, JudgingScreen | KioskScreen | ConfirmScreen) else ("kiosk",)
        return any(event.key in action.keys for action in in_scopes(*scopes) if action.id not in _NEVER)

    def _begin(self) -> None:
        """The screen beneath opens the batch."""

    def _sweep(self) -> None:
        """Jobs are not this session's business."""
