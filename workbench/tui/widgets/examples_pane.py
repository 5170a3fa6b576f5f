"""The rubric's example answers, in the place of the texts that are judged: what each point looks like."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.records import Criterion
from workbench.tui.widgets.reader import Passage
from workbench.tui.widgets.titled_text import TitledText, in_sight

_WAY_BACK = "a or esc closes them"


class ExamplesPane(TitledText):
    """Closed until it is opened with some criteria of a rubric."""

    name_of_text = "examples"

    def __init__(self) -> None:
        super().__init__()
        self._whose = ""

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def open(self, criteria: Sequence[Criterion]) -> None:
        self._whose = f"examples of {criteria[0].name if len(criteria) == 1 else 'every criterion'}"
        self.reader.show([part for one in criteria for part in _passages(one)])
        self.reader.action_top()
        self.add_class("-open")
        self.say_lines()

    def close(self) -> None:
        self.remove_class("-open")

    def title(self) -> tuple[str, str]:
        lines = in_sight(self.reader)
        return self._whose, f"{lines} · {_WAY_BACK}" if lines else _WAY_BACK


def _passages(criterion: Criterion) -> list[Passage]:
    """What was asked, then for each point its anchor and an answer that earns it."""
    points = zip(criterion.anchors, criterion.examples, strict=True)
    answers = [
        (Passage(f"{value}  {anchor}", "accent"), Passage(example), Passage(""))
        for value, (anchor, example) in enumerate(points, 1)
    ]
    head = (Passage(f"{criterion.name}: {criterion.question}", "strong"), Passage(criterion.prompt), Passage(""))
    return [*head, *(part for answer in answers for part in answer)]
