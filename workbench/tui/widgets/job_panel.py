"""One job in full: how far, how long still, what it says, its curves, and the end of its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from workbench.spec import canonical_json
from workbench.text import clean, one_line
from workbench.tui import figures
from workbench.tui.tones import STYLES, of_state
from workbench.tui.widgets.curves import Curves
from workbench.tui.widgets.reader import Passage, Reader
from workbench.views.job_detail import JobDetail
from workbench.views.jobs import JobRow
from workbench.views.training import Prediction

if TYPE_CHECKING:
    from workbench.training.health import Light

Facts = tuple[JobRow, dict[str, Any], tuple[str, ...], "tuple[Light, ...]", Prediction | None]
_RESULT_LINES = 6


class JobPanel(Vertical):
    """Shows a JobDetail; nothing is repainted that has not changed."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: Facts | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="facts", markup=False)
        yield Curves(id="curves")
        yield Reader(id="log")

    def show(self, detail: JobDetail) -> None:
        found = (detail.row, detail.params, detail.said, detail.lights, detail.prediction)
        if self._facts != found:
            self._facts = found
            self.query_one("#facts", Static).update(facts(detail, self.app.size.width - 4))
        self.query_one(Curves).show(detail.series)
        self.query_one("#log", Reader).show([Passage(detail.log or "(no log yet)", "muted")], at_end=True)

    def turn_curves(self) -> None:
        """The next three curves."""
        self.query_one(Curves).turn()

    @property
    def text(self) -> str:
        """For the clipboard: the log."""
        return self.query_one("#log", Reader).text


def facts(detail: JobDetail, width: int) -> Content:
    """How far a job is, how long still, what it says, and its result, in lines of `width` cells."""
    row = detail.row
    parts: list[Content | str | tuple[str, str]] = [
        (one_line(row.name, width - 20), "bold"), "   ", (row.state, STYLES[of_state(row.state)]), "\n",
        (figures.bar(row.done, row.total, 24), "$accent"), f"  {figures.share(row.done, row.total)}  ", _times(row),
    ]  # fmt: skip
    if row.message:
        parts += ["\n", one_line(row.message, width)]
    if row.error:
        parts += ["\n", (f"✗ {clean(row.error, 600)}", "$error")]
    parts += [part for line in detail.said for part in ("\n", one_line(line, width))]
    if detail.prediction is not None:
        parts += ["\n", ("predicted: ", "$muted"), one_line(_predicted(detail.prediction), width - 11)]
    parts += _lights(detail.lights)
    for name, value in _results(row.result)[:_RESULT_LINES]:
        words = value if isinstance(value, str) else canonical_json(value)
        parts += ["\n", (f"{name}: ", "$muted"), one_line(words, width - len(name) - 2)]
    if not row.ended:
        asked = " · ".join(f"{name} {value}" for name, value in detail.params.items() if value is not None)
        parts += ["\n", (one_line(asked, width), "$muted")]
    return Content.assemble(*parts)


def _results(result: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What was made first; tables, which are told in words elsewhere or with --json, last."""
    return sorted(result.items(), key=lambda one: (one[0] != "model", isinstance(one[1], Mapping | list)))


def _times(row: JobRow) -> str:
    parts = []
    if row.seconds is not None:
        took = figures.duration(row.seconds)
        parts.append(f"took {took}" if row.ended else f"{took} so far")
    if row.eta is not None:
        parts.append(f"about {figures.duration(row.eta)} left")
    if row.waited is not None and row.waited >= 1:
        parts.append(f"after waiting {figures.duration(row.waited)}")
    return ", ".join(parts)


def _lights(lights: Sequence[Light]) -> list[Content | str | tuple[str, str]]:
    """What is well on one line, then each thing that is not, with what to do about it."""
    parts: list[Content | str | tuple[str, str]] = []
    well = "  ".join(f"● {light.name}" for light in lights if light.finding is None)
    if well:
        parts += ["\n", (well, "$success")]
    for light in lights:
        if light.finding is not None:
            parts += ["\n", (f"▲ {light.name}: {clean(light.finding, 200)}", "$warning")]
    return parts


def _predicted(found: Prediction) -> str:
    """`4 min 10 s and 2.8 GB; took 4 min 31 s and 2.9 GB`"""
    words = f"{figures.duration(found.seconds)} and {found.memory:.1f} GB"
    if found.took is None or found.peak is None:
        return f"{words}, from one measured step"
    return f"{words}; took {figures.duration(found.took)} and {found.peak:.1f} GB"
