"""What is shown below 80x24: one honest line. Keys reach nothing until there is room again."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

SMALLEST = Size(80, 24)


def too_small(size: Size) -> bool:
    return size.width < SMALLEST.width or size.height < SMALLEST.height


class SmallLine(Widget):
    """The line itself, with the size as it is now."""

    def render(self) -> Content:
        size = self.app.size
        return Content(f"{SMALLEST.width}x{SMALLEST.height} needed; this is {size.width}x{size.height}")


class SmallScreen(Screen[None]):
    """Covers whatever was there; it comes back when the terminal grows."""

    def compose(self) -> ComposeResult:
        yield SmallLine()

    def on_resize(self) -> None:
        self.query_one(SmallLine).refresh()

    def on_screen_resume(self) -> None:
        """Where something was opened above it, there may be room by the time that one is left."""
        if not too_small(self.app.size):
            self.app.call_later(self.app.pop_screen)
