"""The rubric's example answers, in the place of the texts that are judged: what each point looks like."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from workbench.records import Criterion
from workbench.tui.widgets.lines import rule
from workbench.tui.widgets.prompt_pane import in_sight
from workbench.tui.widgets.reader import Passage, Reader

_WAY_BACK = "a or esc closes them"


class ExamplesPane(Vertical):
    """Closed until it is opened with some criteria of a rubric."""

    def __init__(self) -> None:
        super().__init__()
        self._title = ""

    def compose(self) -> ComposeResult:
        yield Static(id="examples-rule", markup=False)
        yield Reader(id="examples", can_focus=False)

    @property
    def reader(self) -> Reader:
        return self.query_one(Reader)

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def open(self, criteria: Sequence[Criterion]) -> None:
        self._title = f"examples of {criteria[0].name if len(criteria) == 1 else 'every criterion'}"
        self.reader.show([part for one in criteria for part in _passages(one)])
        self.reader.action_top()
        self.add_class("-open")
        self._say_lines()

    def close(self) -> None:
        self.remove_class("-open")

    @on(Reader.Moved)
    def _say_lines(self, event: Reader.Moved | None = None) -> None:
        if event:
            event.stop()
        if self.is_attached:  # what was said of the lines may arrive once the screen is left
            lines = in_sight(self.reader)
            right = f"{lines} · {_WAY_BACK}" if lines else _WAY_BACK
            self.query_one("#examples-rule", Static).update(rule(self._title, right, self.app.size.width))


def _passages(criterion: Criterion) -> list[Passage]:
    """What was asked, then for each point its anchor and an answer that earns it."""
    points = zip(criterion.anchors, criterion.examples, strict=True)
    answers = [
        (Passage(f"{value}  {anchor}", "accent"), Passage(example), Passage(""))
        for value, (anchor, example) in enumerate(points, 1)
    ]
    head = (Passage(f"{criterion.name}: {criterion.question}", "strong"), Passage(criterion.prompt), Passage(""))
    return [*head, *(part for answer in answers for part in answer)]
