"""What every screen has: its scopes of keys, a first and a last line, and a look at the store when it changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.screen import Screen

from workbench.tui.widgets.lines import HeadLine, KeyLine, TopLine
from workbench.tui.widgets.list_pane import ListPane

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp

Result = TypeVar("Result")


class WorkbenchScreen(Screen[Result]):
    """Base of all screens. A subclass names its scopes, its body, and how it takes up the store.

    `letter` is the id of the action that leads here, None for a screen that is reached from another one.
    """

    scopes: ClassVar[tuple[str, ...]] = ("everywhere",)
    letter: ClassVar[str | None] = None
    AUTO_FOCUS = "Table, Reader"
    composed = False  # whether the widgets within its widgets are there too: before that nothing can be shown

    @property
    def workbench(self) -> WorkbenchApp:
        return cast("WorkbenchApp", self.app)

    def compose(self) -> ComposeResult:
        yield TopLine(self.letter, self.workbench.place_name) if self.letter else HeadLine(self.heading())
        yield from self.body()
        yield KeyLine(self.scopes, root=self.letter is not None)

    def body(self) -> ComposeResult:
        """The widgets between the first and the last line."""
        raise NotImplementedError

    def heading(self) -> str:
        """The name in the first line of a screen without a letter."""
        return ""

    def refresh_from_store(self) -> None:
        """Take up what the store says now; called when the screen appears and when somebody has written."""

    def copied(self) -> str | None:
        """What `y` copies; None when nothing is in focus."""
        return None

    def unsaved(self) -> str | None:
        """What would be lost by leaving now, in one sentence; None when nothing."""
        return None

    def go_up(self) -> bool:
        """Undo the innermost thing that is open on this screen; False when there is none and it can be left."""
        try:
            pane = self.query_one(ListPane)
        except NoMatches:
            return False
        if pane.filtering:
            pane.end_filter()
            return True
        return False

    def run_latest(self, work: Callable[[], Any], group: str = "default") -> None:
        """Do this in the background, and give up what of its group is under way.

        `work` is called only when it begins: a coroutine made before that would be lost, with a warning, if given up.
        """
        self.run_worker(work, group=group, exclusive=True)

    def on_screen_resume(self) -> None:
        self.composed = True
        self.refresh_from_store()


def unless_gone() -> AbstractContextManager[None]:
    """Around what shows something late: a screen that is being left loses its innermost parts before itself."""
    return suppress(NoMatches)


def head(screen: WorkbenchScreen[Result]) -> HeadLine:
    """The first line of a screen without a letter."""
    return screen.query_one(HeadLine)
