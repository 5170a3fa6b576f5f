"""Checks of a data set before it is trained on: one file a kind of check, each with `findings(rows)`.

All are pure: a tokenizer and the benchmark items arrive with the rows. A check that lacks what it needs says so in a
finding without a number; one that does not fit the layout yields nothing. Adding a check is adding a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from workbench import registry
from workbench.spec import content_hash
from workbench.text import one_line

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
MOST_EXAMPLES = 5
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a row. `role` is system, user, assistant, chosen or rejected."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked (empty: nothing but answers) and what answers it, in the order of the row.

    `number` counts from 1, as in the file. `label` is None for a row without one.
    """

    number: int
    asked: tuple[Part, ...]
    answers: tuple[Part, ...] = ()
    label: str | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.asked + self.answers

    @property
    def text(self) -> str:
        """All that the row says, without system prompts, which many rows share."""
        return "\n".join(part.text for part in self.parts if part.role != "system")

    @property
    def question(self) -> str:
        """All that is asked, system prompts included."""
        return "\n".join(part.text for part in self.asked)

    def answer(self, role: str) -> str:
        """All that is said in that role, chosen or rejected for instance; empty if nothing is."""
        return "\n".join(part.text for part in self.answers if part.role == role)


@dataclass(frozen=True, slots=True)
class Rows:
    """A data set as the checks see it.

    `tokens` counts the tokens of a text (None: no tokenizer was named), `max_length` is the most that a row may have.
    `benchmarks` maps the name of a benchmark to its items, an item being the texts of its fields.
    """

    layout: str
    rows: Sequence[Row]
    tokens: Callable[[str], int] | None = None
    max_length: int = 1024
    benchmarks: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """The rows concerned, counted from 1, and a line of what they say: cleaned for a terminal."""

    rows: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw. `number` is what the sentence counts; None: it was not measured, and the sentence says why.

    error: a training on these rows goes wrong or teaches something wrong; warning: look before you train;
    note: measured, nothing to do. `advice` is empty where there is nothing to do.
    """

    check: str
    number: float | None
    level: Level
    sentence: str
    examples: tuple[Example, ...] = ()
    advice: str = ""


def names() -> tuple[str, ...]:
    """All checks, without importing any."""
    return registry.names(__name__)


def version() -> str:
    """Changes whenever a check does: the hash of this package's source."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return content_hash("".join(file.read_text(encoding="utf-8") for file in files))


def findings(rows: Rows, began: Callable[[str], None] = lambda _name: None) -> Iterator[Finding]:
    """Every check on the rows, in the order of the names; `began` hears the name of each before it starts."""
    for name in names():
        began(name)
        yield from registry.get(__name__, name, "check").findings(rows)


def example(row: Row, text: str | None = None, *others: Row) -> Example:
    """A row (and others it is found with) beside a line of its text, or of `text`."""
    return Example(tuple(one.number for one in (row, *others)), one_line(row.text if text is None else text, _WIDTH))
