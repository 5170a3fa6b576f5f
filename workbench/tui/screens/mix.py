"""The form of a mixture, and what it would make: the rows are shown as a model sees them before any is written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from textual.content import Content
from textual.widgets import Static

from workbench.spec import JobSpec
from workbench.store import Store
from workbench.tui.actions import bindings
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.form import FormScreen
from workbench.tui.widgets.reader import Passage
from workbench.views.mixture import MixedRow, MixturePreview, mixture_preview, turns

_ROWS = 20


class MixScreen(FormScreen):
    """A mix-data job to be; a preview leads back here."""

    scopes = ("form", "mix", "everywhere")
    BINDINGS = bindings("form", "mix")

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__("mix-data", given)

    def action_preview(self) -> None:
        spec = self.entered()
        if spec is not None:
            self.query_one("#refusal", Static).update(Content("reading the sets …"))
            self.run_latest(partial(self._preview, spec))

    async def _preview(self, spec: JobSpec) -> None:
        def read(store: Store) -> MixturePreview:
            return mixture_preview(store, spec.params, _ROWS)

        found = await self.workbench.read(read)
        self.query_one("#refusal", Static).update("")
        if found is not None and self.is_current:
            self.app.push_screen(DetailScreen("Mixture, not written yet", lambda _store: _passages(found)))


def _passages(found: MixturePreview) -> list[Passage]:
    shares = [
        Passage(f"{one.rows:,} rows, {one.share:.1%}: each of {one.size:,} of {one.data} {one.times:.2f} times", "",
                one.task)
        for one in found.counts
    ]  # fmt: skip
    rows = [passage for number, row in enumerate(found.first, 1) for passage in _row(number, row)]
    return [Passage(f"{found.rows:,} rows, layout {found.layout}", "strong"), Passage(""), *shares, *rows]


def _row(number: int, row: MixedRow) -> list[Passage]:
    said = [Passage(text, label=name) for column, value in row.seen.items() for name, text in turns(column, value)]
    return [Passage(""), Passage(f"row {number:,}: {row.origin}", "muted"), *said]
