"""Versus: two answers to one prompt, side by side where there is room, and one key for the better one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.events import Resize
from textual.widgets import Static

from workbench.rating.versus import Pair, VersusSession
from workbench.records import OUTCOMES, Criterion, Prompt
from workbench.tui.actions import bindings
from workbench.tui.screens import rate_words as words
from workbench.tui.screens.judging import JudgingScreen
from workbench.tui.widgets.reader import Passage, Reader
from workbench.tui.widgets.titled_text import in_sight

SIDE_BY_SIDE = 100  # columns; below that the answers stand one above the other
SIDES = ("left", "right")
_NEXT_ALONE: dict[int | None, int | None] = {None: 0, 0: 1, 1: None}


class VersusScreen(JudgingScreen[VersusSession, Pair]):
    """One rater on one batch of pairs."""

    scopes = ("versus", "judging", "everywhere")
    BINDINGS = bindings("versus", "judging")
    CSS_PATH: ClassVar[list[str | PurePath]] = ["judging.tcss", "versus.tcss"]
    kind = VersusSession
    called = "Versus"
    unit = "pair"

    def __init__(self, batch_id: int) -> None:
        super().__init__(batch_id)
        self._alone: int | None = None  # which answer the keys scroll, 0 or 1; None: both

    @property
    def least(self) -> int:
        """A rule and three lines for each; side by side they share them."""
        return 4 if self.has_class("-wide") else 8

    def answers(self) -> ComposeResult:
        with Container(id="pair"):
            for side in SIDES:
                with Vertical(classes="side"):
                    yield Static(id=f"{side}-rule", markup=False)
                    yield Reader(id=side, can_focus=False)

    def meaning(self) -> ComposeResult:
        yield Static(id="keys", markup=False)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width >= SIDE_BY_SIDE, "-wide")
        super().on_resize(event)

    def readers(self) -> Sequence[Reader]:
        return tuple(self.query_one(f"#{side}", Reader) for side in SIDES)

    def scrolling(self) -> Sequence[Reader]:
        return self.readers() if self._alone is None else (self.readers()[self._alone],)

    def identity(self, place: Pair) -> object:
        return place.item.id

    def prompt(self, place: Pair) -> Prompt:
        return place.prompt

    def criteria(self) -> Sequence[Criterion]:
        return self._thread.session.rubric.criteria

    def note_of(self, place: Pair) -> str:
        return place.note

    def show_answers(self, place: Pair, differences: bool, stay: bool) -> None:
        if not stay:
            self._scroll(None)
        left, right = place.left.text, place.right.text
        if differences:
            left, right, self._told = words.differing(left, right)
        for reader, text in zip(self.readers(), (left, right), strict=True):
            reader.show([Passage(text or words.EMPTY, marks=differences)], stay=stay)
        self.show_rules(place)

    def show_state(self, place: Pair) -> None:
        self.query_one("#keys", Static).update(words.outcomes(place))

    def show_rules(self, place: Pair) -> None:
        width = self.size.width // 2 if self.has_class("-wide") else self.size.width
        rules = words.pair_rules(place, self.marks, list(map(in_sight, self.readers())), self._alone, width)
        for side, rule in zip(SIDES, rules, strict=True):
            self.query_one(f"#{side}-rule", Static).update(rule)

    def summary(self) -> words.Summary:
        return words.compared(self._thread.session)

    def action_scroll_one(self) -> None:
        if self._view and self._view.place and not self._covered("tab"):
            self._scroll(_NEXT_ALONE[self._alone])
            self.show_rules(self._view.place)

    def _scroll(self, alone: int | None) -> None:
        """Let the keys scroll this answer; where they stand one above the other, it takes room from the other one."""
        self._alone = alone
        for at, side in enumerate(self.query(".side")):
            side.set_class(alone not in (None, at), "-aside")

    def action_compare(self, key: str) -> None:
        place = self._ready(f"key {key}")
        if place is None:
            return
        session = self._thread.session
        made = session.too_fast if self._attention.too_fast(monotonic()) else session.compare
        self._commit(made(place, OUTCOMES[int(key) - 1], self._shown_at, self._milliseconds()))
