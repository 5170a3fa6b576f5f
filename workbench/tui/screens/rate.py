"""Rate: one answer at a time, one key a criterion, the anchor sentences always in sight, blind to the model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from workbench.rating.session import Place, RatingSession
from workbench.records import Criterion, Prompt
from workbench.tui.actions import bindings
from workbench.tui.screens import rate_words as words
from workbench.tui.screens.judging import JudgingScreen
from workbench.tui.widgets.reader import Passage, Reader
from workbench.tui.widgets.titled_text import in_sight


class RateScreen(JudgingScreen[RatingSession, Place]):
    """One rater on one batch of answers."""

    scopes = ("rate", "judging", "everywhere")
    BINDINGS = bindings("rate", "judging")
    CSS_PATH: ClassVar[list[str | PurePath]] = ["judging.tcss", "rate.tcss"]
    kind = RatingSession
    called = "Rate"
    unit = "answer"

    least = 4  # the rule and three lines

    def answers(self) -> ComposeResult:
        yield Static(id="answer-rule", markup=False)
        yield Reader(id="answer", can_focus=False)

    def meaning(self) -> ComposeResult:
        yield Static(id="scale", markup=False)

    def readers(self) -> Sequence[Reader]:
        return (self.query_one("#answer", Reader),)

    def identity(self, place: Place) -> object:
        return place.item.id, place.completion.id

    def prompt(self, place: Place) -> Prompt:
        return place.prompt

    def criteria(self) -> Sequence[Criterion]:
        return (self._thread.session.rubric.criterion(self._place.focused),) if self._place else ()

    def note_of(self, place: Place) -> str:
        return place.note

    def show_answers(self, place: Place, differences: bool, stay: bool) -> None:
        text, self._told = place.completion.text, words.ALONE
        if differences and place.beside:
            _, text, self._told = words.differing(place.beside.text, text)
        passage = Passage(text or words.EMPTY, marks=differences)
        self.query_one("#answer", Reader).show([passage], stay=stay)
        self.show_rules(place)

    def show_state(self, place: Place) -> None:
        self.query_one("#scale", Static).update(words.scale(self._thread.session.rubric, place))

    def show_rules(self, place: Place) -> None:
        lines = in_sight(self.query_one("#answer", Reader))
        rule = words.answer_rule(place, self.marks, lines, self.size.width)
        self.query_one("#answer-rule", Static).update(rule)

    def summary(self) -> words.Summary:
        return words.rated(self._thread.session)

    def action_score(self, key: str) -> None:
        place = self._ready(f"key {key}")
        if place is None:
            return
        session = self._thread.session
        made = session.too_fast if self._attention.too_fast(monotonic()) else session.score
        self._commit(made(place, int(key), self._shown_at, self._milliseconds()))

    def action_export(self) -> None:
        if not self._busy("export"):
            self.workbench.show_export(self.batch_id)
