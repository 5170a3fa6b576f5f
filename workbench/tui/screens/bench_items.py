"""The items of a run: what was asked, the answer, and by how much; all, the wrong, the closest, or the flipped ones.

Of a run that is not finished there are the items that are answered, and more come as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from workbench.store import Store, runs
from workbench.text import one_line
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.bench_item import BenchItemScreen, to_rating
from workbench.tui.screens.item_list import ItemListScreen
from workbench.tui.screens.item_words import choice, sign
from workbench.tui.widgets.list_pane import PagedPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.bench import ItemRow, Part, RunRow, beside, item_page, part_of, run_row

_LEAD = "margin"  # of the answer over the next choice; where none are weighed, the item's score stands in its place
_WIDEST = 12  # of a metric's name over the scores


def _columns(metric: str | None) -> tuple[Column, ...]:
    """`metric`: the one whose scores are shown, None for the margin."""
    by = (
        Column(one_line(metric, _WIDEST), max(7, min(_WIDEST, len(metric))), "right")
        if metric
        else Column(_LEAD, 7, "right")
    )
    return (Column("item", 6, "right"), Column("", 7), Column("answer", 14), Column("gold", 14), by, Column("asked"))


_NEXT: dict[Part, Part] = {"all": "wrong", "wrong": "close", "close": "flipped", "flipped": "all"}
_WORDS: dict[Part, str] = {"all": "all items", "wrong": "wrong ones", "close": "margin below ln 2", "flipped": ""}


class BenchItemsScreen(ItemListScreen):
    """Flipped items are those that another run, once chosen, scored otherwise."""

    scopes = ("items", "filter", "list", "screens", "everywhere")
    BINDINGS = bindings("items", "screens")

    def __init__(self, run_id: int) -> None:
        super().__init__()
        self.run_id = run_id
        self._run: RunRow | None = None
        self._part: Part = "all"
        self._against: int | None = None

    def heading(self) -> str:
        run = self._run
        return f"Run {self.run_id} · {run.model} · {run.task} · {_value(run)}" if run else f"Run {self.run_id}"

    def body(self) -> ComposeResult:
        yield PagedPane(_columns(None), "No item is like that.")

    def refresh_from_store(self) -> None:
        if self._run and not self._run.finished:
            self.search()

    def total(self) -> int:
        return self._run.answered if self._run else 0

    def find(self, store: Store, words: Sequence[str]) -> Sequence[int] | None:
        if self._run is None or not self._run.finished:
            self._run = run_row(store, runs.by_id(store, self.run_id))
        return part_of(store, self.run_id, self._part, words, self._against)

    def prepare(self) -> None:
        self.query_one(Table).columns = _columns(self._metric)

    @property
    def _metric(self) -> str | None:
        """The metric whose scores stand in the place of the margin: where there are no choices."""
        return None if self._run is None or self._run.choices else self._run.metric

    def rows(self, store: Store, found: Sequence[int] | None, start: int, stop: int) -> list[Row]:
        return [_row(item, self._metric) for item in item_page(store, self.run_id, found, start, stop)]

    def remark(self) -> str:
        return _WORDS[self._part] or f"flipped against run {self._against}"

    # --- keys ---

    def action_next_part(self) -> None:
        self._part = _NEXT[self._part]
        while not self._there():
            self._part = _NEXT[self._part]
        self.search()

    def _there(self) -> bool:
        """Whether the run has such a part: wrong items, choices that may be close, another run."""
        run = self._run
        has = {"wrong": run and run.binary, "close": run and run.choices, "flipped": self._against is not None}
        return bool(has.get(self._part, True))

    def action_against(self) -> None:
        self.run_latest(self._choose, group="against")

    def action_to_rating(self) -> None:
        row = self.query_one(Table).current
        if row:
            to_rating(self.workbench, self.run_id, int(str(row.key)))

    async def _choose(self) -> None:
        from workbench.tui.screens.pick import PickScreen

        known = await self.workbench.read(lambda store: beside(store, self.run_id))
        if not known:
            self.workbench.say("No other run has these items.")
            return
        names = {
            f"run {row.id}  {row.model}  {row.variant}  {figures.interval(row.accuracy, 3)}": row.id for row in known
        }
        self.app.push_screen(
            PickScreen("Flipped against which run?", list(names)), lambda name: self._chosen(names, name)
        )

    def _chosen(self, names: dict[str, int], name: str | None) -> None:
        if name:
            self._against, self._part = names[name], "flipped"
            self.search()

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        title = f"Run {self.run_id} · item {event.row.cells[0].text}"
        self.app.push_screen(BenchItemScreen(title, self.run_id, int(str(event.row.key))))


def _value(run: RunRow) -> str:
    """How many of its items were seen in training, and its value, or that of the items so far."""
    seen = "" if run.contaminated is None else f"{run.contaminated:,} seen · "
    if run.finished:
        return f"{seen}{figures.interval(run.accuracy, 3)}"
    return f"{seen}{figures.share(run.answered, run.items)}, so far {figures.interval(run.so_far, 3)}"


def _row(item: ItemRow, metric: str | None) -> Row:
    by = item.margin if metric is None else item.scores.get(metric)
    cells = (
        Cell(figures.number(item.position), "muted"), sign(item), Cell(item.text or choice(item, item.answer)),
        Cell(choice(item, item.gold)), Cell(figures.ratio(by)), Cell(item.question, "muted"),
    )  # fmt: skip
    return Row(item.item_id, cells)
