"""Rate: one answer at a time, one key a criterion, the anchor sentences always in sight, blind to the model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from workbench.rating.session import Place, RatingSession
from workbench.records import Prompt
from workbench.tui.actions import bindings
from workbench.tui.screens import rate_words as words
from workbench.tui.screens.judging import JudgingScreen
from workbench.tui.widgets.reader import Passage, Reader


class RateScreen(JudgingScreen[RatingSession, Place]):
    """One rater on one batch of answers."""

    scopes = ("rate", "judging", "everywhere")
    BINDINGS = bindings("rate", "judging")
    CSS_PATH: ClassVar[list[str | PurePath]] = ["judging.tcss", "rate.tcss"]
    kind = RatingSession
    called = "Rate"
    unit = "answer"

    def texts(self) -> ComposeResult:
        yield Static(id="answer-rule", markup=False)
        yield Reader(id="answer", can_focus=False)
        yield Static(id="scale", markup=False)

    def readers(self) -> Iterable[Reader]:
        return (self.query_one("#answer", Reader),)

    def identity(self, place: Place) -> object:
        return place.item.id, place.completion.id

    def prompt(self, place: Place) -> Prompt:
        return place.prompt

    def note_of(self, place: Place) -> str:
        return place.note

    def show_answers(self, place: Place, differences: bool) -> None:
        text = place.completion.text
        if differences and place.beside:
            text = words.differing(place.beside.text, text)[1]
        self.query_one("#answer", Reader).show([Passage(text or words.EMPTY)])
        self.query_one("#answer-rule", Static).update(words.answer_rule(place, differences, self.size.width))

    def show_state(self, place: Place) -> None:
        self.query_one("#answer-rule", Static).update(words.answer_rule(place, self._differences, self.size.width))
        self.query_one("#scale", Static).update(words.scale(self._thread.session.rubric, place))

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
            self.workbench.show_export()
