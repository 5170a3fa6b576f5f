"""Live curves of a job's numbers: three beside each other, down-sampled to the width before they are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from textual.containers import Horizontal
from textual.widget import Widget

Series = Mapping[str, Sequence[tuple[int, float]]]
# three at a time, and what is short of three moves up
SHOWN = (
    "loss", "rewards/margins", "rewards/accuracies", "logps/chosen", "logps/rejected", "grad_norm", "learning_rate",
    "tokens_per_second", "memory", "eval_loss", "mean_token_accuracy",
)  # fmt: skip
TOGETHER = 3
_DOTS_A_CELL = 2  # braille


class Curves(Horizontal):
    """Empty, and without height, until the first numbers come: the plotting library is loaded then."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawn: dict[str, Sequence[tuple[int, float]]] = {}
        self._known: Series = {}
        self._page = 0

    def show(self, series: Series) -> None:
        """Draw three of the known ones among these; what is drawn already is left alone."""
        self._known = series
        there = [name for name in SHOWN if series.get(name)]
        first = TOGETHER * self._page if TOGETHER * self._page < len(there) else 0
        wanted = {name: series[name] for name in there[first : first + TOGETHER]}
        if wanted == self._drawn:
            return
        if list(wanted) != list(self._drawn):
            self.remove_children()
            self.mount(*(_plot(name) for name in wanted))
        self._drawn = wanted
        self.set_class(bool(wanted), "-drawn")
        self.call_after_refresh(self._draw)

    def turn(self) -> None:
        """The next three; after the last ones the first."""
        there = sum(bool(self._known.get(name)) for name in SHOWN)
        self._page = (self._page + 1) % max(1, -(-there // TOGETHER))
        self.show(self._known)

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._drawn:
            room = max(8, self.size.width // len(self._drawn) * _DOTS_A_CELL)
            newest = self.children[-len(self._drawn) :]  # those before them may still be on their way out
            for plot, (name, points) in zip(newest, self._drawn.items(), strict=True):
                _draw(plot, name, down_sampled(points, room))


def down_sampled(points: Sequence[tuple[int, float]], buckets: int) -> list[tuple[float, float]]:
    """At most `buckets` points: the mean step and the mean value of as many stretches of equal length."""
    if len(points) <= buckets:
        return [(float(step), value) for step, value in points]
    edges = [round(at * len(points) / buckets) for at in range(buckets + 1)]
    stretches = [points[start:stop] for start, stop in pairwise(edges)]
    return [(_mean([step for step, _ in part]), _mean([value for _, value in part])) for part in stretches]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _plot(name: str) -> Widget:
    from textual_plotext import PlotextPlot

    return PlotextPlot(classes="curve", name=name)


def _draw(plot: Any, name: str, shown: Sequence[tuple[float, float]]) -> None:
    plot.plt.clear_figure()
    plot.plt.title(f"{name} {shown[-1][1]:.3g}")
    plot.plt.plot([x for x, _ in shown], [y for _, y in shown], marker="braille")
    plot.plt.xfrequency(2)
    plot.plt.yfrequency(3)
    plot.refresh()
