"""What is said of a run: its score as a cell of a table, and its metrics, classes and confusion matrix as a text."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.statistics.mean import Interval
from workbench.text import one_line
from workbench.tui import figures
from workbench.tui.widgets.reader import Passage
from workbench.views.bench import RunRow
from workbench.views.run_detail import RunDetail

_BAR = 6
_CLASSES = 8  # whose confusion fits a terminal


def score(run: RunRow | None, width: int) -> str:
    """`.412 ──●── `, with `!` where items were seen in training; how far an unfinished run is; empty for no run."""
    if run is None:
        return figures.MISSING
    if run.accuracy is None:
        so_far = "" if run.so_far is None else f"{run.so_far.estimate:.2f}? "
        return f"{so_far}{figures.bar(run.answered, run.items, _BAR)} {figures.share(run.answered, run.items)}"
    seen = "!" if run.contaminated else " "
    if not is_share(run.accuracy):
        return figures.bounds(run.accuracy) + seen
    return f"{run.accuracy.estimate:.3f}{seen}{figures.interval_bar(run.accuracy, run.guess, width - 6)}"


def is_share(value: Interval) -> bool:
    """Whether it can be drawn between 0 and 1."""
    return value.low >= 0 and value.high <= 1


def detail_passages(found: RunDetail) -> list[Passage]:
    """Metrics with their intervals; below, on classification, each class and the confusion matrix."""
    return [*_metrics(found), *_classes(found), *_confusion(found)]


def _metrics(found: RunDetail) -> Iterator[Passage]:
    row = found.row
    asked = f", {row.asked}" if row.asked else ""
    yield Passage(f"run {row.id}, {row.model}, version {row.version}{asked}: with n and 95 % interval", "accent")
    for one in found.listed:
        said = f"   {one.reason}" if one.reason else ""
        yield Passage(f"{figures.interval(one.value, 3)}   n {one.value.n:,}{said}", label=one_line(one.name, 16))
    if row.guess is not None:
        yield Passage(figures.ratio(row.guess), label="guessing")
    yield Passage(seen_words(row), "bad" if row.contaminated else "", "seen in training")


def seen_words(row: RunRow) -> str:
    """Of contamination: how many of the items the model was trained on."""
    if row.contaminated is None:
        return "not known: no training data of the model lies here"
    return f"{row.contaminated:,} of {row.items:,} items stand in its training data"


def _classes(found: RunDetail) -> Iterator[Passage]:
    if found.classes:
        yield from (Passage(""), Passage("each class: recall, precision, F1", "accent"))
    for one in found.classes:
        shares = f"{figures.interval(one.recall, 3)}   {figures.interval(one.precision, 3)}"
        yield Passage(f"{shares}   {figures.interval(one.f1, 3)}", label=one_line(one.label, 16))


def _confusion(found: RunDetail) -> Iterator[Passage]:
    if not found.classes:
        return
    yield from (Passage(""), Passage("confusion: rows are gold, columns what was answered", "accent"))
    if len(found.classes) > _CLASSES:
        command = f"workbench bench show {found.row.id} --json"
        yield Passage(f"{len(found.classes)} classes are too many to draw: {command}", "muted")
        return
    widest = max(8, *(len(f"{count:,}") for row in found.confusion for count in row))
    yield Passage(" ".join(f"{one_line(one.label, widest):>{widest}}" for one in found.classes), "muted", " ")
    for one, counts in zip(found.classes, found.confusion, strict=True):
        yield Passage(" ".join(f"{count:>{widest},}" for count in counts), label=one_line(one.label, 16))
