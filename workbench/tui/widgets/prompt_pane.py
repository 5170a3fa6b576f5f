"""The prompt above the answers that are judged: short, whole, or on one line."""

from __future__ import annotations

from typing import Literal

from workbench.text import plural
from workbench.tui.widgets.reader import Passage
from workbench.tui.widgets.titled_text import TitledText, in_sight

Fold = Literal["short", "whole", "line"]
_NEXT: dict[Fold, Fold] = {"short": "whole", "whole": "line", "line": "short"}
_NEXT_WORDS: dict[Fold, str] = {"short": "p shows more", "whole": "p folds it", "line": "p shows it"}


class PromptPane(TitledText):
    """Its title, then as many lines as the fold allows and the prompt needs."""

    name_of_text = "prompt"

    def __init__(self) -> None:
        super().__init__()
        self._fold: Fold = "short"
        self._short, self._whole = 2, 2  # lines

    @property
    def whole(self) -> bool:
        """Whether all of the prompt is asked for; then it is what scrolls."""
        return self._fold == "whole"

    def show(self, text: str) -> None:
        self.reader.show([Passage(text)])
        self._settle()

    def fold(self) -> None:
        """The next fold; a prompt that is short anyway is not shown whole in between."""
        self._fold = _NEXT[self._fold]
        if self.whole and self._lines <= self._short:
            self._fold = "line"
        if not self.whole:
            self.reader.action_top()
        self._settle()

    def fit(self, short: int, whole: int) -> None:
        """Take at most so many lines in each fold."""
        self._short, self._whole = short, whole
        self._settle()

    @property
    def _lines(self) -> int:
        return self.reader.lines(max(2, self.app.size.width - 3))

    @property
    def _room(self) -> int:
        return {"short": self._short, "whole": self._whole, "line": 1}[self._fold]

    def _settle(self) -> None:
        self.reader.styles.height = min(self._lines, self._room)
        self.say_lines()

    def title(self) -> tuple[str, str]:
        return "prompt", self._remark()

    def _remark(self) -> str:
        lines = plural(self._lines, "line")
        if self._fold == "short" and self._lines <= self._short:
            return lines
        if self.whole:
            return f"{in_sight(self.reader) or lines} · {_NEXT_WORDS[self._fold]}"
        return f"{min(self._lines, self._room)} of {lines} · {_NEXT_WORDS[self._fold]}"
