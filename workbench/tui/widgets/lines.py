"""The first and the last line of every screen: where one is, and what the keys do here."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from workbench.text import one_line
from workbench.tui.actions import Action, footer, in_scopes


def rule(left: str, right: str, width: int) -> Content:
    """`── prompt ───── 3 of 14 lines ──`, a cell short of `width` at each end; the left side is cut to fit."""
    left = one_line(left, max(8, width - cell_len(right) - 11))
    line = "─" * max(1, width - cell_len(left) - cell_len(right) - 10)
    return Content.assemble(("── ", "$muted"), (left, "bold"), (f" {line} {right} ──", "$muted"))


class TopLine(Widget):
    """The screens by their letters, the current one in reverse; at the right, whose workspace this is.

    Where there is no room for all of it, the program's own name goes first.
    """

    def __init__(self, current: str, place: str) -> None:
        super().__init__()
        self.current = current
        self.place = place

    def render(self) -> Content:
        letters = Content.assemble(*(self._letter(action) for action in in_scopes("screens") if action.label))
        room = self.size.width - letters.cell_length
        name = "workbench  " if room > len("workbench  ") + len(self.place) else ""
        place = one_line(self.place, max(0, room - len(name) - 1)).rjust(max(0, room - len(name)))
        return Content.assemble((name, "bold"), letters, (place, "$muted"))

    def _letter(self, action: Action) -> tuple[str, str]:
        return f" {action.footer()} ", "reverse bold" if action.id == self.current else ""


class HeadLine(Widget):
    """The first line of a screen that no letter leads to: its name at the left, a remark at the right."""

    def __init__(self, title: str = "", remark: str = "") -> None:
        super().__init__()
        self._words = (title, remark)

    def show(self, title: str, remark: str = "") -> None:
        if (title, remark) != self._words:
            self._words = (title, remark)
            self.refresh()

    def render(self) -> Content:
        title, remark = self._words
        room = max(self.size.width // 2, self.size.width - cell_len(title) - 2)  # what the title leaves is the remark's
        right = one_line(remark, room)
        left = one_line(title, self.size.width - len(right) - 2)
        gap = " " * max(1, self.size.width - Content(left + right).cell_length)
        return Content.assemble((left, "bold"), gap, (right, "$muted"))


class KeyLine(Widget):
    """The footer, from the action table."""

    def __init__(self, scopes: tuple[str, ...], root: bool) -> None:
        super().__init__()
        self._words = footer(scopes, root)

    def show(self, scopes: tuple[str, ...]) -> None:
        """Other keys count for a while: those of a field that is open."""
        self._words = footer(scopes, root=False)
        self.refresh()

    def render(self) -> Content:
        parts: list[Content | str | tuple[str, str]] = []
        for label in self._words.split("  "):
            key, _, word = label.partition(" ")
            parts += [(key, "bold $accent"), f" {word}  "]
        return Content.assemble(*parts)
