"""One item of a run in full, and the way from it to a human: into the rating queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.store import Store, runs
from workbench.tui.actions import bindings
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.item_words import item_passages
from workbench.tui.widgets.reader import Passage
from workbench.views.bench import item_rows

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp


class BenchItemScreen(DetailScreen):
    """The prompt as sent, the choices by token, gold, answer and scores."""

    scopes = ("item", "reader", "screens", "everywhere")
    BINDINGS = bindings("item", "screens")

    def __init__(self, title: str, run_id: int, item_id: int) -> None:
        super().__init__(title, self._passages_of)
        self._run_id = run_id
        self._item_id = item_id

    def action_to_rating(self) -> None:
        to_rating(self.workbench, self._run_id, self._item_id)

    def _passages_of(self, store: Store) -> list[Passage]:
        (item,) = item_rows(store, self._run_id, [self._item_id])
        return item_passages(item, runs.tokens(store, self._run_id, self._item_id))


def to_rating(app: WorkbenchApp, run_id: int, item_id: int) -> None:
    """Put the item into the rating queue, and say where."""

    def enqueue(store: Store) -> tuple[int, bool]:
        from workbench.rating import doubtful  # imported in the thread: rubrics are read there

        return doubtful.enqueue(store, run_id, item_id)

    def said(found: tuple[int, bool]) -> None:
        batch, new = found
        app.say(f"{'Put' if new else 'It is'} in batch {batch}, doubtful items: r rates it.")

    app.perform(enqueue, said)
